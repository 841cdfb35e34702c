"""Commands about tables of an account: into our hands, and out of them."""

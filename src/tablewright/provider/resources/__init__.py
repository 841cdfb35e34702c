"""What all resource types share: inputs checked and compared, names, tags, import ids."""

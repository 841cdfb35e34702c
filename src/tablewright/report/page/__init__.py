"""The report as one page of HTML that opens anywhere: what it shows, and how it is written.

`content` has what was gathered, `document` makes of it the data of the page, `writing` the file.
What the page does in a browser is in `assets`.
"""

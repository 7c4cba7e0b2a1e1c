"""Stories of people at work, told by a real browser to a real server."""

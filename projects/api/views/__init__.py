"""The API's views, one noun a file."""

"""The API and the site."""

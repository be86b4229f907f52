"""The ways in: requests and events. They translate, they never decide."""

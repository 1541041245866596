"""What an officer fills in to put an activity on and to run it."""

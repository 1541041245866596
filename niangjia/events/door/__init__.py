"""What is carried to the door: the codes on cards and screens, and the list."""

"""What is carried to the door: who has a card, the codes on cards and screens, and the list."""

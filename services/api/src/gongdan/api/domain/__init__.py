"""What api decides without waiting: which rows events become, and how questions and answers are shaped."""

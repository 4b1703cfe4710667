"""What brings a member together with others: the pages on which they tell it, apart from those of babies."""

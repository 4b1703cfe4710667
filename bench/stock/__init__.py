"""A stock Django project with one constant page: the unit `u` that budgets are counted in."""

from tests.accounts.people import units_of_the_city

__all__ = ["units_of_the_city"]

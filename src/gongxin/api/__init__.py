"""The way in and out for other systems: ``/api/v1`` (应用程序接口)."""

"""Exchange with other platforms: records sent, pages taken, checks answered (对接).

What differs from platform to platform is data of a pack (``core.adapter``); the way out is the
room push's sender, the way in is the ordinary intake.
"""

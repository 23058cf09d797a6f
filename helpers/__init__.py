"""Tested functions behind the seven lessons of Digits from Scratch."""

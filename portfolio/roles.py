"""What a person can be in Ombud. It stands by itself, because models and permissions both speak of it."""

from django.db import models


class Role(models.TextChoices):
    """What a person comes to Ombud for. Several at once are possible."""

    HEAD = "head", "Department head"
    ARCHITECT = "architect", "IT architect"
    BOARD_MEMBER = "board_member", "Board member"
    SECRETARY = "secretary", "Board secretary"
    CIO = "cio", "CIO"
    IT_MANAGER = "it_manager", "IT manager"
    SEGMENT_MANAGER = "segment_manager", "Segment manager"
    CUSTOMER_LEADER = "customer_leader", "Customer leader"
    ADMINISTRATOR = "administrator", "Administrator"
    READER = "reader", "Reader"

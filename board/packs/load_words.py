"""What a choice over an item means for how often customers are contacted, and for what channels have to carry: one
sentence each, from the exact counts of `LoadFact` and `ChannelFact`. No Django.
"""

from board.packs import words
from board.packs.facts import ChannelFact, ItemFacts, LoadFact


def worst_load(item: ItemFacts) -> LoadFact | None:
    """The load that passes its policy by most as filed, among those that the item adds to; first those whose fullest
    window it is in."""
    own = [load for load in item.loads if load.own]
    return max(
        own, key=lambda load: (_matters(load), load.as_filed - load.limit, load.as_filed, load.customers), default=None
    )


def worst_channel(item: ItemFacts) -> ChannelFact | None:
    """The channel that has to carry most above what it can, among those that the item sends by; None while all of
    them can carry what is filed. First those whose fullest week it is in."""
    over = [channel for channel in item.channels if channel.as_filed > channel.per_week]
    return max(
        over, key=lambda each: (_matters(each), each.as_filed / max(each.per_week, 1), each.channel), default=None
    )


def _matters(load: LoadFact | ChannelFact) -> bool:
    """Whether the fullest window is another without the item's contacts, or without some of them."""
    return any(peak != load.as_filed for peak in (load.without, *(peak for _, peak in load.alone)))


def load_sentence(load: LoadFact | None, peak: int) -> str:
    """What a fullest window of `peak` contacts means for the segment, and what it is as filed where that differs;
    empty without a load."""
    if load is None:
        return ""
    over = f"the policy allows {load.limit}" if peak > load.limit else f"within the policy of {load.limit}"
    instead = f" instead of {load.as_filed}" if peak != load.as_filed else ""
    contacts = "contact" if peak == 1 else "contacts"
    return f"{load.segment} get up to {peak} {contacts} in {load.days} days{instead}; {over}."


def channel_sentence(channel: ChannelFact | None, peak: int) -> str:
    """The same for a fullest week of `peak` contacts by a channel."""
    if channel is None:
        return ""
    over = f"only {channel.per_week:,} can be made" if peak > channel.per_week else f"{channel.per_week:,} can be made"
    instead = f" instead of {channel.as_filed:,}" if peak != channel.as_filed else ""
    when = f" (week from {words.day(channel.week)})" if peak == channel.as_filed else ""
    return f"{channel.channel}: up to {peak:,} contacts a week{instead}{when}; {over}."


def as_filed(item: ItemFacts) -> str:
    """What customers hear and channels carry with everything as filed."""
    load, channel = worst_load(item), worst_channel(item)
    said = [
        (load, load_sentence(load, load.as_filed) if load else ""),
        (channel, channel_sentence(channel, channel.as_filed) if channel else ""),
    ]
    return " ".join(
        text if _matters(each) else f"With or without it, {words.in_sentence(text)}" for each, text in said if each
    )


def without_it(item: ItemFacts) -> str:
    """The same without the item's own contacts; empty where that changes nothing."""
    load, channel = worst_load(item), worst_channel(item)
    parts = [
        load_sentence(load, load.without) if load and _matters(load) else "",
        channel_sentence(channel, channel.without) if channel and _matters(channel) else "",
    ]
    return " ".join(filter(None, parts))


def with_one(item: ItemFacts) -> str:
    """The same when of the item's requests only the first or leading one writes to customers."""
    load, channel, lead = worst_load(item), worst_channel(item), item.lead_request
    if lead is None:
        return ""
    parts = [
        load_sentence(load, dict(load.alone).get(lead.id, load.without)) if load and _matters(load) else "",
        channel_sentence(channel, dict(channel.alone).get(lead.id, channel.without))
        if channel and _matters(channel)
        else "",
    ]
    return " ".join(filter(None, parts))

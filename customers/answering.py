"""Who can be accountable: one living person. Words that name everybody, or nobody, are the same answer: nobody.

Pure: it reads names and addresses, not the database. People (`portfolio.models.Person`) and imports ask it.
"""

import re

#: Names that stand for nobody in particular, in lower case without full stops.
_NOT_KNOWN = frozenset(
    {"", "-", "–", "—", "?", "??", "???", "n/a", "na", "none", "nil", "null", "nobody", "no one", "no-one", "noone",
     "tbd", "tba", "tbc", "to be determined", "to be decided", "to be defined", "to be confirmed", "to be named",
     "don't know", "dont know", "do not know", "we don't know", "we do not know", "not known", "unknown", "unassigned",
     "not assigned", "not yet assigned", "vacant", "vacancy", "open", "pending", "someone", "somebody", "anyone",
     "anybody", "whoever", "x", "xx", "xxx", "test"}
)  # fmt: skip
_EVERYBODY = frozenset(
    {"all", "all of us", "everyone", "everybody", "every one", "us", "we", "shared", "shared responsibility", "both",
     "joint", "jointly", "several", "various", "many", "multiple", "the business", "business", "it", "the bank",
     "the company", "all departments", "all staff", "management"}
)  # fmt: skip
_GROUP = re.compile(
    r"\b(?:team|teams|department|dept|committee|group|unit|squad|task ?force|council|office|helpdesk|help desk|"
    r"service ?desk|mailbox|inbox|distribution list|division|call centre|call center|contact centre|contact center)$"
)
_MAILBOX = frozenset(
    {"all", "everyone", "everybody", "info", "contact", "hello", "office", "mail", "mailbox", "inbox", "team", "staff",
     "support", "service", "services", "customerservice", "helpdesk", "servicedesk", "noreply", "no-reply",
     "donotreply", "postmaster", "webmaster", "sales", "marketing", "group"}
)  # fmt: skip
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})


def nobody_in(name: str) -> str:
    """Why a name or e-mail address stands for nobody who could be accountable, in words: "“Everyone” is everybody, and
    so nobody". Empty where it can be one person's."""
    said = " ".join(name.split())
    plain = said.translate(_APOSTROPHES).casefold().replace(".", "").strip(" !")
    if not said or plain in _NOT_KNOWN:
        return f"“{said or 'Empty'}” names nobody"
    if plain in _EVERYBODY:
        return f"“{said}” is everybody, and so nobody"
    if "@" in said:
        return mailbox_in(said)
    if _GROUP.search(plain):
        return f"“{said}” is a team or mailbox, not a person"
    return f"“{said}” are several people, not one" if _several(plain) else ""


def mailbox_in(email: str) -> str:
    """Why an e-mail address is no one person's, in words; empty where it may be."""
    local = email.casefold().partition("@")[0].replace("_", "-")
    if local.replace("-", "") in {each.replace("-", "") for each in _MAILBOX} or re.search(r"(?:^|[-.])team$", local):
        return f"“{email}” is a mailbox, not a person"
    return ""


def _several(plain: str) -> bool:
    """Whether the text names more than one: “Rita and Carl”, “Rita / Carl”, “Rita; Carl”."""
    return bool(re.search(r"\s(?:and|or|und|et|&)\s|[/;&+]", plain))

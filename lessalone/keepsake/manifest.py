"""The manifest of everything: for each table, whose its rows are, what one may take along, what leaving does.

Taking along and erasing both read this one list, so that neither can forget what the other knows. A table that is
not listed fails a test.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What becomes of a member's rows when they leave for good."""

    ERASED = "erased"
    """The rows go; what was sealed goes with its key first."""
    KEPT_BARE = "kept, saying nothing"
    """The row stays so that others' rows still stand; what it said and whose it was is gone."""
    KEPT = "kept"
    """It is not theirs alone, or has to be answered for: who decided what, and why."""
    REBUILT = "rebuilt"
    """Made from other rows; it goes with them."""
    EXPIRES = "expires"
    """Short-lived by itself."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One table."""

    whose: tuple[str, ...]
    """Paths to the member whose rows they are. Empty: nobody's."""
    taken_along: bool
    fate: Fate
    why: str = ""


def _theirs(*whose: str, fate: Fate = Fate.ERASED, why: str = "") -> Entry:
    return Entry(whose, True, fate, why)


def _about_them(*whose: str, fate: Fate, why: str) -> Entry:
    return Entry(whose, False, fate, why)


def _nobodys(fate: Fate, why: str) -> Entry:
    return Entry((), False, fate, why)


MANIFEST: dict[str, Entry] = {
    # people
    "people.Member": _theirs("self", fate=Fate.KEPT_BARE, why="others' decisions point at the row"),
    "people.Voice": _theirs("member", fate=Fate.KEPT_BARE, why="responses of others stand beside it"),
    "people.Block": _theirs("blocker"),
    "people.Bearing": _theirs("member"),
    "people.Role": _theirs("member", fate=Fate.KEPT, why="who had a duty when has to be answered for"),
    "people.AuditEntry": _about_them("actor", fate=Fate.KEPT, why="append-only, ids and reasons only"),
    "people.TermsAcceptance": _theirs("member", fate=Fate.KEPT, why="proof of what was agreed to, and when"),
    "people.Invitation": _about_them("made_by", fate=Fate.EXPIRES, why="digests of single-use links"),
    "people.RecoveryCode": _about_them("member", fate=Fate.ERASED, why="secrets, stored as digests"),
    "account.EmailAddress": _theirs("user"),
    "account.EmailConfirmation": _about_them("email_address__user", fate=Fate.EXPIRES, why="one-time keys"),
    "mfa.Authenticator": _about_them("user", fate=Fate.ERASED, why="secrets of sign-in"),
    "socialaccount.SocialAccount": _theirs("user"),
    "socialaccount.SocialToken": _about_them("account__user", fate=Fate.ERASED, why="secrets of sign-in"),
    "socialaccount.SocialApp": _nobodys(Fate.KEPT, "the operator's settings"),
    "usersessions.UserSession": _about_them("user", fate=Fate.ERASED, why="devices that are signed in"),
    "people.OwnFacets": _theirs("member"),
    "people.FacetConsent": _theirs("member"),
    # families
    "families.Baby": _theirs(
        "made_by", fate=Fate.KEPT_BARE, why="one row that says nothing; facts are on pages"
    ),
    "families.BabyPage": _theirs("parents__member", why="goes with the last parent who opens it"),
    "families.Parent": _theirs("member", fate=Fate.KEPT_BARE, why="a former parent is still known as one"),
    "families.Telling": _theirs("member"),
    "families.Experience": _theirs("member"),
    "families.EarlierShelf": _theirs("parent__member"),
    "families.Relation": _theirs("member", fate=Fate.KEPT_BARE, why="who was family stays known to policy"),
    "families.Invitation": _about_them("made_by", fate=Fate.EXPIRES, why="digests of single-use links"),
    "families.InvitationAgreement": _theirs("member"),
    "families.SafetySeparation": _theirs("asked_by", fate=Fate.KEPT, why="a safety decision; its words go"),
    "families.LoneConsentRequest": _theirs("asked_by", fate=Fate.KEPT, why="a decision; its words go"),
    "families.LoneConsentApproval": _about_them("moderator", fate=Fate.KEPT, why="who decided"),
    "families.SameBaby": _nobodys(Fate.KEPT, "protects one parent from another, also later"),
    # vault
    "vault.Shelf": _theirs("keepers__member"),
    "vault.ShelfKeeper": _theirs("member"),
    "vault.Photo": _theirs("keepings__member", why="destroyed when nobody keeps it any more"),
    "vault.Keeping": _theirs("member"),
    "vault.PatchSet": _theirs("photo__keepings__member"),
    "vault.Blob": _theirs("photo__keepings__member"),
    "vault.Upload": _about_them("member", fate=Fate.EXPIRES, why="on its way; kept or swept"),
    "vault.ErasureRequest": _about_them("actor", fate=Fate.KEPT, why="replayed after a restore"),
    "vault.Receipt": _theirs("request__actor", fate=Fate.KEPT, why="says what was destroyed"),
    "keystore.Key": _nobodys(Fate.ERASED, "destroyed first, with what it seals"),
    "keystore.PhotoKey": _nobodys(Fate.ERASED, "destroyed first, with what it seals"),
    "keystore.DataKey": _nobodys(Fate.ERASED, "destroyed first, with what it seals"),
    # circles
    "circles.Circle": _about_them("made_by", fate=Fate.KEPT, why="it is the members'"),
    "circles.Membership": _theirs("member"),
    "circles.CircleInvitation": _about_them("made_by", fate=Fate.EXPIRES, why="digests of single-use links"),
    # sharing
    "sharing.Item": _theirs("author", fate=Fate.KEPT_BARE, why="an address is never given twice"),
    "sharing.Audience": _nobodys(Fate.KEPT, "a rung; names nobody by itself"),
    "sharing.AudienceCircle": _nobodys(Fate.KEPT, "names circles"),
    "sharing.AudienceSeat": _nobodys(Fate.ERASED, "goes with its seat"),
    "sharing.Seat": _theirs("made_by"),
    "sharing.Link": _theirs("made_by"),
    "sharing.Version": _theirs("item__author", fate=Fate.KEPT_BARE, why="consents point at it"),
    "sharing.Consent": _theirs("member", fate=Fate.KEPT, why="who agreed to what, and when"),
    "sharing.Rest": _theirs("member", why="only they ever see it"),
    "sharing.Ceiling": _theirs("member"),
    "sharing.Withdrawal": _theirs("by", fate=Fate.KEPT, why="keeps a door shut"),
    "sharing.Hold": _about_them("placed_by", fate=Fate.KEPT, why="a moderator's decision"),
    "sharing.Opening": _about_them("member", fate=Fate.KEPT, why="a moderator looked, and why"),
    "sharing.FirstReader": _theirs("named_by"),
    "sharing.ItemNote": _nobodys(Fate.ERASED, "goes with its item"),
    "sharing.Placement": _theirs("version__item__author"),
    # stories and responses
    "stories.Draft": _theirs("writer"),
    "stories.DraftPhoto": _theirs("draft__writer"),
    "stories.Words": _theirs("version__item__author"),
    "stories.FamilyLine": _theirs("member"),
    "stories.Welcome": _about_them("member", fate=Fate.ERASED, why="that a page was seen once"),
    "responses.Response": _theirs("item__author"),
    "responses.PutAway": _theirs("by"),
    "responses.Gesture": _theirs("member"),
    "responses.LessAlone": _theirs("member"),
    "responses.LaidAside": _theirs("member"),
    "responses.NoteSuggestion": _nobodys(Fate.ERASED, "goes with its item; who asked is not kept"),
    # kindred
    "kindred.Profile": _about_them("member", fate=Fate.REBUILT, why="made of their answers; goes with them"),
    "kindred.Told": _about_them("member", fate=Fate.REBUILT, why="made of their answers; goes with them"),
    "kindred.OwnWord": _about_them("told__member", fate=Fate.REBUILT, why="made of their answers"),
    "kindred.TellsOf": _theirs("item__author"),
    "kindred.Findable": _theirs("member"),
    "kindred.Companion": _theirs("member"),
    "kindred.Brought": _about_them(
        "member", fate=Fate.ERASED, why="which first stories were brought to them"
    ),
    "kindred.Ripple": _theirs("voice__member"),
    "kindred.RippleAgreement": _theirs("member"),
    "kindred.Frequencies": _nobodys(Fate.REBUILT, "how often answers are given; none below eleven"),
    "kindred.SafeCounts": _nobodys(Fate.REBUILT, "round numbers of at least eleven, until the next month"),
    # moderation
    "moderation.Report": _about_them("reporter", fate=Fate.KEPT, why="has to be answered for; its words go"),
    "moderation.Decision": _about_them(
        "made_by", "seconded_by", fate=Fate.KEPT, why="has to be answered for"
    ),
    "moderation.Objection": _theirs("member", fate=Fate.KEPT, why="has to be answered for; its words go"),
    # what only machines read
    "kit.QueuedTask": _nobodys(Fate.EXPIRES, "ids of things to do"),
    "kit.Tick": _nobodys(Fate.EXPIRES, "when schedules last ran"),
    "derived.Kept": _nobodys(Fate.REBUILT, "renderings; go with their item"),
    "derived.Indexed": _nobodys(Fate.REBUILT, "words of what is shown, for searching; go with their item"),
    "derived.Vector": _nobodys(Fate.REBUILT, "words of what is shown, for comparing; go with their item"),
    "derived.Leftover": _nobodys(Fate.EXPIRES, "that a file has still to be cleared of deleted words"),
    "derived.CacheRow": _nobodys(Fate.EXPIRES, "the shared cache"),
    "derived.Tally": _nobodys(Fate.EXPIRES, "rate limits"),
    "sessions.Session": _nobodys(Fate.EXPIRES, "ends with the device"),
    "auth.Permission": _nobodys(Fate.KEPT, "Django's own; unused"),
    "auth.Group": _nobodys(Fate.KEPT, "Django's own; unused"),
    "contenttypes.ContentType": _nobodys(Fate.KEPT, "Django's own; unused"),
}

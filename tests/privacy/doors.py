"""Every address there is, how to reach it in the scene, and what each role gets there.

A door that is not in this list fails `test_doors.py`. Who is not named gets 404: to them it does not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.privacy.scene import AWAKE, BEREAVED, EVERYONE, OUTSIDE, READERS, TEAM, Scene, who

TO_SIGN_IN, ELSEWHERE, NOT_YET = "to sign in", "elsewhere", 403
"""Answers besides a status: a redirect to signing in, a redirect to anywhere else."""

Arguments = Callable[[Scene], list[Any]]


@dataclass(frozen=True)
class Door:
    """One named address."""

    name: str
    guard: str
    """"anyone", "account" (whoever is signed in), "member" (let in and not resting), "team", "lead"."""
    may: frozenset[str] = AWAKE
    args: Arguments = lambda scene: []
    answer: Any = 200
    """What those who may get."""
    otherwise: Any = 404
    method: str = "get"
    changes: bool = False
    """Opening it changes something, which is put back, as after every press."""
    about: str = ""
    """Which of several things at the same address this is."""
    form: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    signed_out: Any = TO_SIGN_IN
    tells: str = ""
    """A canary that whoever has this address may meet here: the address is the secret."""

    def __str__(self) -> str:
        return f"{self.name} {self.about}".strip()

    def expected(self, role: str) -> Any:
        """The answer for a role, from the guard first."""
        if self.guard != "anyone" and role == "visitor":
            return self.signed_out
        if self.guard in ("team", "lead") and role not in (TEAM if self.guard == "team" else {"lea"}):
            return 404
        if self.guard == "member" and role == "wim":
            return NOT_YET
        if self.guard == "member" and role == "rae":
            return ELSEWHERE
        answer = self.answer if role in self.may else self.otherwise
        return answer.get(role, 200) if isinstance(answer, dict) else answer


def item(name: str, *more: Any) -> Arguments:
    return lambda scene: [scene.items[name].public_id, *more]


def draft(*more: Any) -> Arguments:
    return lambda scene: [scene.drafts["draft"].public_id, *more]


def number(name: str) -> Arguments:
    return lambda scene: [scene.numbers[name]]


def token(name: str) -> Arguments:
    return lambda scene: [scene.tokens[name]]


def baby(*more: Any) -> Arguments:
    return lambda scene: [scene.cast.jack.public_id, *more]


def baby_and(name: str) -> Arguments:
    return lambda scene: [scene.cast.jack.public_id, scene.numbers[name]]


def circle(*more: Any) -> Arguments:
    return lambda scene: [scene.cast.circle.public_id, *more]


def circle_and(name: str) -> Arguments:
    return lambda scene: [scene.cast.circle.public_id, scene.numbers[name]]


def photo(*more: Any) -> Arguments:
    return lambda scene: [scene.photo.public_id, *more]


def nowhere(*args: Any) -> Arguments:
    return lambda scene: list(args)


NO_ARGUMENTS = nowhere()
PARENTS = who("ana sam")
SIGNED_IN = EVERYONE - {"visitor"}
DONE = "done"
"""Anything but a refusal: the page again with errors, or a redirect after it was done."""
NO_ID = "AAAAAAAAAAAAAAAAAAAAAA"
NOT_HERE = 405

DOORS: list[Door] = []


def door(
    name: str, guard: str, may: frozenset[str] | str = AWAKE, args: Arguments = NO_ARGUMENTS, **how: Any
) -> None:
    DOORS.append(Door(name, guard, who(may) if isinstance(may, str) else may, args, **how))


def press(
    name: str, guard: str, may: frozenset[str] | str = AWAKE, args: Arguments = NO_ARGUMENTS, **how: Any
) -> None:
    """A door that is only pressed. Pressed with an empty form, and everything is put back."""
    door(name, guard, may, args, method="post", **{"answer": DONE, **how})


# --- kit, ui, care: for anyone.
door("kit-healthz", "anyone", EVERYONE)
door("kit-readyz", "anyone", EVERYONE)
door("ui-leave", "anyone", EVERYONE)
door("ui-look", "anyone", EVERYONE)
door("ui-manifest", "anyone", EVERYONE)
door("ui-gallery", "anyone", EVERYONE)  # in development and here; else there is none
door("care-help", "anyone", EVERYONE)
door("care-first-days", "anyone", EVERYONE)
press("care-country", "anyone", EVERYONE)

# --- people: joining is for visitors; what is one's own is for whoever is signed in.
door("people-join", "anyone", "visitor", otherwise=ELSEWHERE)
door("people-join-name", "anyone", "", otherwise=ELSEWHERE)
door("people-join-key", "anyone", "", otherwise=ELSEWHERE)
press("people-join-passkey", "anyone", EVERYONE)
door("people-invitation", "anyone", "", otherwise=410)  # without an invitation in the session
door("people-invited", "anyone", EVERYONE, token("join"), answer=ELSEWHERE)
door("people-terms", "anyone", EVERYONE)
door("people-young", "anyone", EVERYONE)
door("people-welcome", "account", SIGNED_IN - {"wim"}, otherwise=ELSEWHERE)
for name in ("people-telling", "people-first-words", "people-you", "people-name"):
    door(name, "account", SIGNED_IN)
for name in ("people-sign-in-name", "people-words", "people-bearing", "people-place", "people-devices"):
    door(name, "account", SIGNED_IN)
door("people-leaving", "account", SIGNED_IN)
press("people-bearing-for-a-while", "account", SIGNED_IN, form={"span": "tonight"})
door("people-waiting", "account", "wim", otherwise=ELSEWHERE)
door("people-terms-again", "account", SIGNED_IN)
door("people-blocks", "member")
door("people-block", "member", AWAKE - {"bea"}, number("voice of bea"))
press("people-unblock", "member", AWAKE, number("voice of max"))
door("people-rest", "account", SIGNED_IN)
door("people-wake", "account", "rae", otherwise=ELSEWHERE)
door("people-recovery-sheet", "account", "", otherwise=ELSEWHERE)  # the password is asked for again
door("people-recover", "anyone", "visitor", otherwise=ELSEWHERE)
door("people-recover-password", "account", "", otherwise=ELSEWHERE)
door("people-team", "team", TEAM)
press("people-team-invite", "lead", "lea")
door("people-role-end", "team", TEAM, number("role"))
door("people-invitations", "team", TEAM)
press("people-invitation-end", "team", "lea", number("join"))

# --- django-allauth.
door("account_login", "anyone", "visitor", otherwise=ELSEWHERE)
door("account_logout", "account", SIGNED_IN, signed_out=ELSEWHERE)
door("account_inactive", "anyone", EVERYONE)
door("account_signup", "anyone", EVERYONE, answer=ELSEWHERE)
door("account_reauthenticate", "account", SIGNED_IN)
door("account_email", "account", SIGNED_IN, answer=ELSEWHERE)
door("account_email_verification_sent", "anyone", EVERYONE)
door("account_change_password", "account", SIGNED_IN)
door("account_set_password", "account", "", otherwise=ELSEWHERE)
door("account_reset_password", "anyone", EVERYONE, answer=ELSEWHERE)
door("account_confirm_login_code", "account", "", otherwise=ELSEWHERE)
door("account_confirm_email", "anyone", EVERYONE, nowhere("wrong"))
door("account_reset_password_from_key_done", "anyone", EVERYONE)
door("account_reset_password_from_key", "anyone", EVERYONE, nowhere("1", "wrong"))
door("account_reset_password_done", "anyone", EVERYONE)
for name in ("mfa_index", "mfa_list_webauthn"):
    door(name, "account", SIGNED_IN)
for name in ("mfa_activate_totp", "mfa_generate_recovery_codes", "mfa_add_webauthn", "mfa_reauthenticate"):
    door(name, "account", SIGNED_IN, answer=ELSEWHERE)
for name in ("mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_download_recovery_codes"):
    door(name, "account", "")  # nobody here has them
for name in ("mfa_authenticate", "mfa_reauthenticate_webauthn", "mfa_login_webauthn"):
    door(name, "account", SIGNED_IN, answer=ELSEWHERE)
door("mfa_remove_webauthn", "account", "", nowhere(1), otherwise=ELSEWHERE)
door("mfa_edit_webauthn", "account", "", nowhere(1), otherwise=ELSEWHERE)

# --- vault: photos are their keepers', and nobody else's.
TUS = {"Tus-Resumable": "1.0.0"}
press("vault-uploads", "member", "", signed_out=403, otherwise=412)
door("vault-upload", "member", "ana", number("upload"), method="head", signed_out=403, headers=TUS)
door("vault-receipts", "member")
door("vault-shelf", "member", PARENTS, number("shelf"))
press("vault-without-sheet", "member", AWAKE, number("shelf"))  # back to a page that is not theirs
for name in (
    "vault-photo",
    "vault-photo-veil",
    "vault-photo-original",
    "vault-photo-let-go",
    "vault-photo-soften",
):
    door(name, "member", PARENTS, photo())
door("vault-photo-picture", "member", PARENTS, photo(320))
door("vault-photo-soft-picture", "member", "", photo(NO_ID, 320))
press("vault-photo-soft-remove", "member", "", photo(NO_ID))

# --- families.
door("families-babies", "member")
door("families-add", "member")
door("families-telling-erase", "member", "bea", number("telling"))
door(
    "families-invitation",
    "anyone",
    "visitor rae wim",
    token("family"),
    answer={"rae": ELSEWHERE, "wim": NOT_YET},
    about="not agreed to by every parent",
)
door(
    "families-invitation",
    "anyone",
    EVERYONE,
    token("open family"),
    answer={"ana": ELSEWHERE, "sam": ELSEWHERE, "rae": ELSEWHERE, "wim": NOT_YET},
    about="agreed to",
)
door("families-baby", "member", PARENTS | {"gran"}, baby())
door("families-fact", "member", PARENTS, baby("name"))
door("families-family", "member", PARENTS, baby())
door("families-invite", "member", PARENTS, baby())
press("families-invitation-revoke", "member", "ana", baby_and("family invitation"))
press("families-invitation-agree", "member", "sam", baby_and("family invitation"))
press("families-relation-end", "member", PARENTS, baby_and("relation"))
door("families-leave", "member", PARENTS | {"gran"}, baby())
door("families-part", "member", PARENTS, baby())
press("families-come-back", "member", "", baby())
press("families-here", "member", PARENTS, baby())
door("families-safety", "member", PARENTS, baby())
press("families-safety-withdraw", "member", "ana", baby_and("separation"))
door("families-alone", "member", PARENTS, baby())
press("families-alone-withdraw", "member", "ana", baby_and("alone"))
door("families-facets", "member")
door("families-loss-add", "member")
door("families-loss", "member", "ana", number("loss"))
door("families-loss-remove", "member", "ana", number("loss"))
door("families-facet-loss", "member", "ana", lambda scene: [scene.numbers["loss"], "causes"])
door("families-facet-own", "member", AWAKE, nowhere("culture"))
door("families-facet-consent", "member", "ana", nowhere("health"), otherwise=ELSEWHERE)

# --- circles.
door("circles-circles", "member")
door("circles-make", "team", TEAM)
door(
    "circles-invitation",
    "anyone",
    EVERYONE,
    token("circle"),
    answer={"rae": ELSEWHERE, "wim": NOT_YET},
    tells="name of a circle",
)
press("circles-join", "member", "", circle(), about="by invitation only")
door("circles-leave", "member", "ana bea", circle())
door("circles-tend", "team", TEAM, circle())
press("circles-invite", "team", TEAM, circle())
press("circles-revoke", "team", TEAM, circle_and("circle invitation"))
door("circles-end", "team", TEAM, circle())

# --- sharing: a photo is seen by whoever sees its story.
door("sharing-photo", "anyone", READERS, lambda scene: [scene.numbers["placement"], 320])
door("sharing-veil", "anyone", READERS, number("placement"))

# --- stories: writing.
door("stories-mine", "member")
door("stories-resting", "member")
door("stories-new", "member")
for name in (
    "stories-write",
    "stories-photos",
    "stories-naming",
    "stories-audience",
    "stories-answering",
    "stories-check",
    "stories-discard",
):
    door(name, "member", "ana", draft())
press("stories-save", "member", "ana", draft())
for kind in ("visitor", "member", "bereaved"):
    door("stories-rehearse", "member", "ana", draft(kind), about=kind)

# --- stories: reading.
READ = {
    "told": READERS,
    "public": EVERYONE - {"max"},
    "cover": OUTSIDE,
    "asked": who("ana"),
    "not yet": who("ana"),
    "taken back": PARENTS,
    "erased": who(""),
    "held": TEAM | {"carl"},
    "scheduled": who("carl"),
    "narrowed": PARENTS,
    "people": who("carl bea"),
    "circle": who("ana bea dora"),
    "bereaved": BEREAVED | {"max"},
    "link": who("carl"),
    "only us": who("bea"),
}
for name, may in READ.items():
    unshared = {"ana": ELSEWHERE} if name in ("asked", "not yet") else 200
    door("stories-read", "anyone", may, item(name), about=name, answer=unshared)
    door("stories-still", "anyone", may, item(name), about=name, answer=204)
    door("responses-list", "anyone", may, item(name), about=name)
    door("moderation-tell", "anyone", may, item(name), about=name)
door("web-story-to-read", "anyone", EVERYONE, answer=ELSEWHERE)
door("stories-seat", "member", AWAKE, token("seat"), answer=DONE, changes=True)
door("stories-link", "anyone", EVERYONE, token("link"), answer=ELSEWHERE, changes=True)

# --- stories: what the family decides.
for name in ("told", "cover", "asked", "not yet", "taken back", "narrowed", "only us", "people"):
    alone = {"cover": "ana", "asked": "ana", "not yet": "ana", "only us": "bea", "people": "carl"}
    own = alone.get(name, "ana sam")
    door("stories-family", "member", own, item(name), about=name)
    door("stories-take-back", "member", own, item(name), about=name)
    door("stories-first-reader", "member", own, item(name), about=name)
    press("stories-narrow", "member", own, item(name), about=name, form={"rung": "0"})
    writer = alone.get(name, "ana")
    door("stories-erase", "member", writer, item(name), about=name)
    press("stories-revise", "member", own, item(name), about=name)
door("stories-asked", "member", PARENTS, item("asked"), answer={"ana": ELSEWHERE, "sam": 200}, about="asked")
door("stories-asked", "member", "ana", item("not yet"), answer=ELSEWHERE, about="not yet")
door("stories-asked-story", "member", PARENTS, item("asked"), about="asked")
door("stories-asked-story", "member", "ana", item("not yet"), about="not yet")
press("stories-welcomed", "member", PARENTS, item("asked"))
press("stories-line", "member", PARENTS, item("asked"))
press("stories-make-link", "member", "carl", item("link"))
press("stories-end-link", "member", "carl", lambda s: [s.items["link"].public_id, s.numbers["link"]])

# --- responses.
door("responses-write", "member", READERS, item("told"), about="told")
press("responses-gesture", "member", "", item("told"))
press("responses-less-alone", "member", READERS, item("told"))
for name in ("responses-came-in", "responses-wordless"):
    door(name, "member", PARENTS, item("told"), about="told")
    door(name, "member", "ana", item("cover"), about="cover")
press("responses-settle-notes", "member", PARENTS, item("told"))
door("responses-mine", "member")
door("responses-read-first", "member")
door("responses-laid-aside", "member")
ANSWERS = {
    "answer": READERS,
    "answer that waits": who("carl ana sam"),
    "answer put away": who("carl ana sam"),
    "answer under a cover name": who("bea ana"),
    "answer for the first reader": who("carl noa"),
    "erased answer": who(""),
}
WRITERS = {"answer": "bea", "answer under a cover name": "bea", "erased answer": ""}
for name, may in ANSWERS.items():
    writer = WRITERS.get(name, "carl")
    door("responses-answer", "anyone", may, item(name), about=name)
    door("responses-change", "member", writer, item(name), about=name)
    door("responses-erase", "member", writer, item(name), about=name)
    door("responses-hard-for-me", "member", may, item(name), about=name)
press("responses-put-away", "member", PARENTS, item("answer"))
press("responses-let-be-seen", "member", PARENTS, item("answer that waits"))
press("responses-pass-on", "member", "noa", item("answer for the first reader"))
press("responses-take-out-again", "member", READERS, item("answer"))

# --- kindred: each sees what is like theirs, of what they may see.
door("kindred-near", "member")
door("kindred-found", "member")
press("kindred-found", "member", form={"who": "anyone"}, about="chosen")
door("kindred-which-loss", "member")
press("kindred-which-loss", "member", form={})
door("kindred-companions", "member")
press("kindred-companions-stop", "member")
press("kindred-pass-on", "member", args=item("told"))
door("kindred-told-after", "member", BEREAVED - {"bea"}, item("told"), about="told")
door("kindred-told-after", "member", "", item("public"), about="public")
door("kindred-told-after-yours", "member", PARENTS, item("told"), about="told")
door("kindred-told-after-yours", "member", "ana", item("cover"), about="cover")
door("kindred-helped", "member", "bea", item("bereaved"), about="said")
door("kindred-helped", "member", "bea", item("circle"), about="not said")
door("kindred-helped", "member", "ana", item("told"), about="nothing answered")
press("kindred-helped-take-back", "member", "bea", item("bereaved"))
for name in ("kindred-lead", "kindred-lead-no-more"):
    press(name, "member", PARENTS | {"bea"}, item("bereaved"))

# --- moderation.
door("moderation-tell-us", "anyone", EVERYONE)
door("moderation-held", "member", "carl", item("held"), about="held")
door("moderation-held", "member", "", item("told"), about="not held")
for name in ("moderation-desk", "moderation-reports", "moderation-holds", "moderation-decisions"):
    door(name, "team", TEAM)
for name in (
    "moderation-objections",
    "moderation-glass",
    "moderation-joining",
    "moderation-same-baby",
    "moderation-unanswered",
):
    door(name, "team", TEAM)
door("moderation-lone-consents", "team", TEAM)
door("moderation-unanswered", "team", TEAM)
door("moderation-report", "team", TEAM, number("report"))
press("moderation-take", "team", TEAM, number("report"))
press("moderation-settle", "team", "", number("report"), about="without saying what came of it")
door("moderation-item", "team", TEAM, item("held"), about="held")
door("moderation-item", "team", "dora", item("circle"), about="opened by Dora")
door("moderation-item", "team", "", item("only us"), about="not for moderators")
press("moderation-hold", "team", TEAM, item("told"))
press("moderation-decide", "team", TEAM, item("held"))
press("moderation-second", "team", TEAM, number("decision"))
door("moderation-objection", "team", TEAM, number("objection"))
press("moderation-let-in", "team", TEAM, number("wim"))
door("moderation-decline", "team", TEAM, number("wim"))
press("moderation-admit", "team", "", number("wim"), about="who told of no loss")
door("moderation-pair", "team", TEAM, number("pair"))
door("moderation-lone-consent", "team", TEAM, number("alone"))
door("moderation-separations", "lead", "lea")
door("moderation-separation", "lead", "lea", number("separation"))
door("moderation-openings", "lead", "lea")
door("moderation-audit", "lead", "lea")

# --- web.
door("home", "anyone", EVERYONE)
door("search", "anyone", EVERYONE)
press("search", "anyone", EVERYONE, about="pressed", form={"words": "snow"})

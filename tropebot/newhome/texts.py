"""The files of a new bot home as texts: who reads them should learn what each line does.

Must not write or ask anything. Nothing in these texts lets the bot write to the wiki.
"""

import json
import textwrap
from collections.abc import Iterator
from pathlib import Path

import msgspec

from tropebot.home import PASSWORDS, PYWIKIBOT_SETTINGS, SETTINGS, Credentials
from tropebot.i18n.counts import counted
from tropebot.policy.presence import Gaps
from tropebot.sites import Farm, Site

_WIDTH = 96
_FANDOM = (
    "This wiki is Fandom’s: a bot stays below one edit per second there; the bot flag is given by Fandom’s"
    " staff on request; answers of 403 come and go, and are waited for."
)
_MIRAHEZE = (
    "This wiki is Miraheze’s: every request must say whom the host can reach, so keep `contact` filled in; an"
    " account without the bot flag may meet a captcha or a moderation queue (`tropebot doctor` tells)."
)
_WALLS = "People are written to on message walls here, which a bot password cannot reach: nobody is told."


class Choices(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator chose; ``family`` is what the wiki's family is called."""

    family: str
    user: str
    preset: str
    contact: str = ""
    policy_page: str = "MediaWiki:Tropebot-policy.json"


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What the wiki said that the new settings depend on.

    ``workshop`` is the drafts' namespace by the wiki's own name, empty where it has none; ``asked_workshop``
    is the preset's, empty where it promotes nothing. ``licence_category`` is empty where none was
    found, or the preset names one.
    """

    site: Site
    gaps: Gaps
    asked_workshop: str = ""
    workshop: str = ""
    licence_category: str = ""
    licence_templates: int = 0


def home_files(choices: Choices, found: Found, secret: Credentials | None) -> dict[str, str]:
    """The files by their paths in the home, the one that makes it a home last."""
    family = f"families/{choices.family}_family.py"
    return {
        family: family_text(choices.family, found.site),
        PYWIKIBOT_SETTINGS: Path(__file__).with_name("user-config.txt").read_text("utf-8"),
        PASSWORDS: password_text(choices.user, secret),
        SETTINGS: settings_text(choices, found),
    }


def family_text(name: str, site: Site) -> str:
    """pywikibot's description of the wiki: where it is, and nothing that could be asked of it."""
    place, code = site.place, json.dumps(site.language)
    about = _one_line(f"{site.name or place.host}: {site.generator}")
    note = _docstring(f"{about}, at {place.url}.")
    return (
        f'"""{note}\n\n'
        "Made by `tropebot init`. pywikibot runs this file, so keep it writable by you alone; everything\n"
        'else is asked of the wiki.\n"""\n\n'
        "from pywikibot import family\n\n\n"
        "class Family(family.Family):\n"
        f'    """{_docstring(_one_line(site.name) or place.host)}."""\n\n'
        f"    name = {json.dumps(name)}\n"
        f"    langs = {{{code}: {json.dumps(place.host)}}}\n\n"
        "    def protocol(self, code):\n"
        f"        return {json.dumps(place.protocol)}\n\n"
        "    def scriptpath(self, code):\n"
        f"        return {json.dumps(place.script_path)}\n"
    )


def password_text(user: str, secret: Credentials | None) -> str:
    """The password file: with the bot password, or with room for it."""
    head = (
        "# The bot password, made on the wiki’s page Special:BotPasswords. For you alone: mode 0600.\n"
        "# The first text is the account, the second the name that you gave the bot password.\n"
    )
    if secret is None:
        name = json.dumps(user, ensure_ascii=False)
        return f'{head}# ({name}, BotPassword("tropebot", "the 32 characters"))\n'
    suffix = secret.login_name.rpartition("@")[2]
    return f"{head}({user!r}, BotPassword({suffix!r}, {secret.password!r}))\n"


def settings_text(choices: Choices, found: Found) -> str:
    """`tropebot.toml`: what was chosen, what the wiki said, and two locks against writing."""
    site = found.site
    where = f"{site.server}{site.article_path}"
    lines = [
        *_comment(
            f"The bot home of {site.name or site.place.host}: {site.generator}, its pages at {where}"
        ),
        *_comment("What stands under [forbid] and [limits] no page on the wiki can undo."),
        *_farm(site),
        "",
        f"family = {_toml(choices.family)}",
        f"code = {_toml(site.language)}",
        f"user = {_toml(choices.user)}",
        f"preset = {_toml(choices.preset)}",
        f"policy_page = {_toml(choices.policy_page)}",
        *_comment(
            "Stands in every request: a user page or an address at which the host reaches you."
        ),
        f"contact = {_toml(choices.contact)}",
        "",
        "[limits]",
        "edits_per_minute = 6",
        "",
        "[forbid]",
        *_comment(
            "Nothing is written while this line is here; take it out when dry runs show what you want."
        ),
        'actions = ["write"]',
        "",
        *_comment(
            "A layer between the preset and the wiki’s policy page, with the same keys (docs/policy.md)."
        ),
        *_policy(site, found),
    ]
    return "\n".join(lines) + "\n"


def _policy(site: Site, found: Found) -> Iterator[str]:
    yield "[policy]"
    yield f"name = {_toml(site.name)}"
    yield 'mode = "report"          # the policy page may say "act"'
    yield from _workshop(found)
    if found.licence_category:
        yield ""
        yield "[policy.files]"
        yield from _comment(
            f"Found on the wiki, with {counted(found.licence_templates, 'page')} in it. Its templates count"
            " as licences."
        )
        yield f"licence_category = {_toml(found.licence_category)}"
    if site.has_walls:
        yield ""
        yield "[policy.notify]"
        yield from _comment(_WALLS)
        yield "enabled = false"
    yield from _lacks(found.gaps)


def _workshop(found: Found) -> Iterator[str]:
    if not found.asked_workshop:
        return
    yield ""
    yield "[policy.workshop]"
    if found.workshop and found.workshop == found.asked_workshop:
        yield from _comment("The wiki has the namespace that the preset names.")
        yield f"namespace = {_toml(found.workshop)}"
    elif found.workshop:
        yield from _comment(
            f"The preset says “{found.asked_workshop}”, which the wiki calls so, or does not have: look"
            " whether drafts stand here."
        )
        yield f"namespace = {_toml(found.workshop)}"
    else:
        yield from _comment(
            f"The wiki has no namespace “{found.asked_workshop}”, nor another that sounds like drafts:"
            " nothing is promoted."
        )
        yield 'promote = "no"'


def _lacks(gaps: Gaps) -> Iterator[str]:
    parts = (
        ("page types, none of whose headers is there", gaps.types),
        ("preloads", gaps.preloads),
        ("templates", gaps.templates),
    )
    if not any(names for _, names in parts):
        return
    yield ""
    yield from _comment(
        "What the preset names and this wiki did not have (`tropebot doctor` asks again). A template that is"
        " not there does no harm; a type without a header finds nothing. Where yours are called otherwise,"
        " say so above or on the policy page."
    )
    for what, names in parts:
        if names:
            yield from _comment(f"- {what}: {', '.join(names)}")


def _farm(site: Site) -> Iterator[str]:
    match site.farm:
        case Farm.FANDOM:
            yield from _comment(_FANDOM)
        case Farm.MIRAHEZE:
            yield from _comment(_MIRAHEZE)
    if site.place.exposed:
        yield from _comment(
            "The address begins with http://: the password travels where others can read it. Ask the wiki’s"
            " host for https."
        )


def _comment(text: str) -> list[str]:
    return textwrap.wrap(
        _one_line(text),
        _WIDTH,
        initial_indent="# ",
        subsequent_indent="# ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _toml(text: str) -> str:
    """A TOML basic string; JSON's escapes are TOML's, but for the delete character and half a letter."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(whole, ensure_ascii=False).replace("\x7f", "\\u007f")


def _docstring(text: str) -> str:
    return text.replace("\\", "/").replace('"', "'")


def _one_line(text: str) -> str:
    """A wiki's own words without anything that could end a comment."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())

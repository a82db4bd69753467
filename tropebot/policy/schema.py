"""The policy document: every key, its default and what it is for.

The JSON schema (`tropebot policy schema`) and `docs/policy.md` are made from this file. Must not hold a
wiki's constants: those stand in `presets/`. Hours and days are of the server's clock.
"""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

Names = tuple[str, ...]
ActionWord = Literal["none", "report", "tell", "flag", "fix"]
Count = Annotated[int, Meta(ge=0)]


class _Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the policy document; unknown keys are errors."""


class Namespace(_Part, frozen=True, kw_only=True):
    """A namespace, for work without the wiki; online the wiki's own list is used."""

    id: Annotated[int, Meta(description="The id on this wiki; ids differ from host to host.")]
    aliases: Annotated[Names, Meta(description="Other names of the namespace.")] = ()


class Wiki(_Part, frozen=True, kw_only=True):
    """What a wiki would say of itself, used only offline; online the wiki is asked."""

    main_page: Annotated[str, Meta(description="The main page's title; it is never judged.")] = (
        "Main Page"
    )
    namespaces: Annotated[
        dict[str, Namespace], Meta(description="Namespaces beyond MediaWiki's own, by name.")
    ] = {}
    interwiki: Annotated[Names, Meta(description="Interwiki prefixes, without the colon.")] = ()
    interlanguage: Annotated[
        Names, Meta(description="Interlanguage prefixes; their links may stand before a header.")
    ] = ()
    shielding_tags: Annotated[
        Names, Meta(description="Tags whose content is shown or kept as it is, not as wikitext.")
    ] = (
        "nowiki",
        "pre",
        "syntaxhighlight",
        "source",
        "math",
        "score",
        "timeline",
        "templatedata",
        "templatestyles",
        "graph",
        "mapframe",
        "maplink",
        "inputbox",
    )


class Templates(_Part, frozen=True, kw_only=True):
    """What is known of templates without asking the wiki."""

    aliases: Annotated[
        dict[str, Names],
        Meta(description="Canonical name: the redirects that count as it (offline)."),
    ] = {}
    implies: Annotated[
        dict[str, Names],
        Meta(
            description="Template: categories (no prefix; magic words allowed) that it adds itself."
        ),
    ] = {}
    links: Annotated[
        Names, Meta(description="Templates that only show another template's name, as {{tl}} does.")
    ] = ("tl", "tlx", "tlp", "template link")


class PageType(_Part, frozen=True, kw_only=True):
    """A type of page, how it is recognised and what it must carry."""

    headers: Annotated[Names, Meta(description="Header templates by which the type is known.")] = ()
    namespaces: Annotated[
        Names, Meta(description="Namespaces (by name, main is empty) where the type is judged.")
    ] = ("",)
    categories: Annotated[
        Names, Meta(description="Categories that make a page without a header one of this type.")
    ] = ()
    subpages: Annotated[
        Names, Meta(description="Last title segments that mark this type (`Laconic`).")
    ] = ()
    subpage_patterns: Annotated[
        Names, Meta(description="Globs on what follows the base title's slash (`Recap/*`).")
    ] = ()
    footers: Annotated[
        Names, Meta(description="The type's own footer templates: the last thing on the page.")
    ] = ()
    preload: Annotated[
        str, Meta(description="The wiki page that holds the preload text; the wiki is asked first.")
    ] = ""
    preload_text: Annotated[
        str, Meta(description="The preload's wikitext, used where the page cannot be read.")
    ] = ""
    require: Annotated[
        Names,
        Meta(description="Elements asked for beside the preload's (`template:A|B`, `category:C`)."),
    ] = ()
    optional: Annotated[
        Names, Meta(description="Elements of the preload that are not asked for.")
    ] = ()
    required_headings: Annotated[
        Names, Meta(description="Headings that must stand on the page, at any level.")
    ] = ()


class Markup(_Part, frozen=True, kw_only=True):
    """What the page types have in common."""

    needs_type: Annotated[
        Names, Meta(description="Namespaces whose pages must have a type (TB102).")
    ] = ("",)
    reflist: Annotated[
        Names, Meta(description="Templates asked for only where the page has references.")
    ] = ("reflist",)
    reflist_when: Annotated[
        Literal["refs", "always"], Meta(description="When those templates are asked for.")
    ] = "refs"
    hatnotes: Annotated[
        Names, Meta(description="Templates that may stand before a page's header.")
    ] = ()
    disambiguation: Annotated[
        Names, Meta(description="Templates that make a page a disambiguation page: never judged.")
    ] = ()
    add_header: Annotated[
        bool,
        Meta(description="Whether a fix may add a header template where the type is certain."),
    ] = False
    defaultsort: Annotated[
        bool,
        Meta(description="Whether a fix adds DEFAULTSORT to titles that begin with an article."),
    ] = False


class Exempt(_Part, frozen=True, kw_only=True):
    """Pages that are never judged, and pages that are not edited now."""

    namespaces: Annotated[Names, Meta(description="Namespaces that are never judged.")] = ()
    templates: Annotated[
        Names, Meta(description="Templates that exempt the page they are on.")
    ] = ()
    titles: Annotated[Names, Meta(description="Titles that are never judged; globs.")] = ()
    in_use: Annotated[
        Names, Meta(description="Templates by which a person says: I am editing, keep off.")
    ] = ("in use", "inuse", "under construction")
    grace_minutes: Annotated[
        Count, Meta(description="Minutes without an edit before a page is judged.")
    ] = 0


class Container(_Part, frozen=True, kw_only=True):
    """A template whose parameters are content: a folder, a tab, a collapsible box."""

    title: Annotated[Names, Meta(description="Parameters that hold the label.")] = ("title", "1")
    content: Annotated[
        Names, Meta(description="Parameters that hold the content; empty: all but the title.")
    ] = ()


class Examples(_Part, frozen=True, kw_only=True):
    """How a draft's examples are found and counted (docs/examples.md)."""

    unit: Annotated[
        Literal["works", "instances"], Meta(description="Which number the minimum is about.")
    ] = "works"
    minimum: Annotated[int, Meta(ge=1, description="How many make a draft ready.")] = 3
    openers: Annotated[
        Names, Meta(description="Templates that open the list; redirects of them count too.")
    ] = ("examples", "tropelist")
    media: Annotated[
        Names, Meta(description="Names of media, as headings and labels show them.")
    ] = ()
    not_examples: Annotated[
        Names, Meta(description="Sections and labels inside the region that are skipped.")
    ] = (
        "See also",
        "References",
        "Notes",
        "External links",
        "Related tropes",
        "Subtropes",
        "Discussion",
        "Trivia",
        "Gallery",
    )
    no_real_life: Annotated[
        Names, Meta(description="Templates that say: no real-life examples here.")
    ] = ()
    real_life: Annotated[Names, Meta(description="Names of the real-life section.")] = (
        "Real Life",
    )
    containers: Annotated[
        dict[str, Container], Meta(description="Templates whose parameters are content.")
    ] = {}
    text_templates: Annotated[
        Names, Meta(description="Templates whose parameters are text of the sentence.")
    ] = ("spoiler",)
    min_context_words: Annotated[
        int, Meta(ge=0, description="Words beyond titles that make a context.")
    ] = 3
    placeholders: Annotated[
        Names,
        Meta(description="RE2 patterns, any case; an entry that one matches as a whole is none."),
    ] = ()
    unsigned: Annotated[
        Names, Meta(description="Templates that sign a comment for somebody who did not.")
    ] = ("unsigned",)
    exclude: Annotated[
        tuple[Literal["subversions", "aversions", "inversions", "real_life"], ...],
        Meta(description="Kinds of example that do not count; empty: all count."),
    ] = ()


class Approval(_Part, frozen=True, kw_only=True):
    """What approval a draft needs before it is ready; empty: none."""

    templates: Annotated[Names, Meta(description="A template on the draft that approves it.")] = ()
    categories: Annotated[Names, Meta(description="A category that approves the draft.")] = ()
    votes: Annotated[Count, Meta(description="Votes wanted on the talk page; 0: none.")] = 0
    section: Annotated[
        str, Meta(description="The talk page's section where votes stand; empty: anywhere on it.")
    ] = ""
    support: Annotated[
        Names, Meta(description="RE2 patterns, any case, for a whole line: a vote in favour.")
    ] = ()
    oppose: Annotated[
        Names,
        Meta(description="RE2 patterns, any case, for a whole line: an objection; one holds."),
    ] = ()


class Stale(_Part, frozen=True, kw_only=True):
    """When a draft counts as abandoned (TB301). Nothing is ever deleted."""

    days: Annotated[
        Count,
        Meta(description="Days without a substantial edit that make a draft stale; 0: never."),
    ] = 0
    substantial_bytes: Annotated[
        Count,
        Meta(
            description="Bytes by which an edit must lengthen or shorten a draft to be substantial."
        ),
    ] = 100
    minor_edits: Annotated[
        bool, Meta(description="Whether edits marked as minor may be substantial.")
    ] = False
    bot_edits: Annotated[bool, Meta(description="Whether bots' edits may be substantial.")] = False
    exempt_templates: Annotated[
        Names, Meta(description="Templates on a draft that never becomes stale.")
    ] = ()
    exempt_categories: Annotated[
        Names, Meta(description="Categories of drafts that never become stale.")
    ] = ()
    exempt_titles: Annotated[
        Names, Meta(description="Titles, without the prefix, that never become stale; globs.")
    ] = ()
    exempt_returned: Annotated[
        bool,
        Meta(description="Whether pages moved back from the main namespace never become stale."),
    ] = True


class After(_Part, frozen=True, kw_only=True):
    """What follows a promotion on other pages (docs/promotion.md)."""

    links: Annotated[
        Count,
        Meta(
            description="Pages whose plain links to the draft lead to the new title afterwards, at most;"
            " 0: none."
        ),
    ] = 0
    redirects: Annotated[
        bool, Meta(description="Whether redirects to the draft lead to the new title afterwards.")
    ] = False
    log_page: Annotated[
        str, Meta(description="The page that gets a line for each promotion; empty: none.")
    ] = ""
    wicks_page: Annotated[
        str,
        Meta(
            description="People’s list of pages that few others link to (`Pages Needing Wicks`);"
            " empty: none."
        ),
    ] = ""
    wicks_enough: Annotated[
        Count, Meta(description="Links from other pages that are enough not to be on that list.")
    ] = 15


class Workshop(_Part, frozen=True, kw_only=True):
    """The Trope Workshop: where drafts live and when they move to the main namespace."""

    promote: Annotated[
        Literal["no", "report", "act"], Meta(description="What happens to a draft that is ready.")
    ] = "no"
    namespace: Annotated[str, Meta(description="The drafts' namespace, by name, never by id.")] = (
        "Trope Workshop"
    )
    page_type: Annotated[str, Meta(description="The page type that a promoted draft becomes.")] = (
        "trope"
    )
    templates: Annotated[
        Names, Meta(description="Templates that promotion takes off; redirects count too.")
    ] = ()
    categories: Annotated[Names, Meta(description="Categories that promotion takes off.")] = ()
    hold: Annotated[
        Names, Meta(description="Templates that keep a draft where it is (hold, delete, in use).")
    ] = ("hold", "delete", "in use")
    preload: Annotated[str, Meta(description="The wiki page with the draft's preload text.")] = ""
    preload_text: Annotated[str, Meta(description="That text, where the page cannot be read.")] = ""
    markup: Annotated[
        Literal["hold", "ignore"],
        Meta(description="Whether markup that the trope preload asks for holds a promotion."),
    ] = "hold"
    description_words: Annotated[
        Count, Meta(description="Words of description wanted before the examples.")
    ] = 0
    trope_categories: Annotated[
        Count, Meta(description="Categories wanted beyond implied and own-name ones.")
    ] = 0
    quiet_hours: Annotated[Count, Meta(description="Hours without an edit before a promotion.")] = 0
    min_age_hours: Annotated[Count, Meta(description="Hours since the draft was begun.")] = 0
    author_age_hours: Annotated[
        Count, Meta(description="Hours that the first author's account must be old; 0: any age.")
    ] = 0
    author_registered: Annotated[
        bool, Meta(description="Whether drafts begun without an account stay.")
    ] = False
    approval: Approval = Approval()
    drafts_per_creator: Annotated[
        Count, Meta(description="Drafts that one person may have at a time (TB302); 0: any number.")
    ] = 0
    stale: Stale = Stale()
    move_talk: Annotated[bool, Meta(description="Whether the talk page moves along.")] = True
    leave_redirect: Annotated[
        bool, Meta(description="Whether a redirect stays in the Workshop.")
    ] = True
    deleted_before: Annotated[
        Literal["hold", "ignore"],
        Meta(
            description="What a page means that was deleted under the title before the draft began."
        ),
    ] = "hold"
    prune_empty_headings: Annotated[
        bool, Meta(description="Whether promotion removes media headings without content.")
    ] = False
    bypass: Annotated[
        Names,
        Meta(
            description="Accounts and groups (`group:bot`) that may make tropes outside the Workshop (TB106)."
        ),
    ] = ()
    after: After = After()


class InformationTemplate(_Part, frozen=True, kw_only=True):
    """An information template's parameters that name source and author."""

    source: Annotated[Names, Meta(description="Parameters that name the source.")] = ("source",)
    author: Annotated[Names, Meta(description="Parameters that name the author.")] = ("author",)


class Files(_Part, frozen=True, kw_only=True):
    """Images: licence and attribution."""

    require: Annotated[
        tuple[Literal["licence", "source", "author"], ...],
        Meta(description="What a file must say; a missing licence is TB201, the rest TB202."),
    ] = ("licence",)
    licences: Annotated[Names, Meta(description="Licence templates known without asking.")] = ()
    licences_page: Annotated[
        str, Meta(description="The list of licences that the upload form offers.")
    ] = "MediaWiki:Licenses"
    licence_category: Annotated[
        str, Meta(description="The category of licence templates; empty: not asked.")
    ] = ""
    licence_category_members: Annotated[
        Names, Meta(description="Members of that category (offline).")
    ] = ()
    transcludes_licence: Annotated[
        Names, Meta(description="Templates that transclude a licence themselves (offline).")
    ] = ()
    licence_by_parameter: Annotated[
        dict[str, Names],
        Meta(description="Template: parameters whose value names a licence (`{{Self|CC-BY-SA}}`)."),
    ] = {}
    mandatory: Annotated[
        dict[str, Names], Meta(description="Licence template: parameters that must be filled in.")
    ] = {}
    parameter_placeholders: Annotated[
        Names, Meta(description="Values that only stand for a value to be filled in.")
    ] = ("####", "YYYY")
    anti_licences: Annotated[
        Names, Meta(description="Templates that say that there is no licence; they win.")
    ] = ()
    licence_words: Annotated[
        Names, Meta(description="Phrases that speak of a licence without being one.")
    ] = ()
    information: Annotated[
        dict[str, InformationTemplate], Meta(description="Information templates, by name.")
    ] = {}
    source_parameters: Annotated[
        Names, Meta(description="Parameters of a licence template that name the source.")
    ] = ("source",)
    author_parameters: Annotated[
        Names, Meta(description="Parameters of a licence template that name the author.")
    ] = ("author",)
    source_labels: Annotated[Names, Meta(description="Labels of a line that names the source.")] = (
        "source",
    )
    author_labels: Annotated[Names, Meta(description="Labels of a line that names the author.")] = (
        "author",
    )
    empty_values: Annotated[
        Names, Meta(description="Values that say nothing; compared as a whole, any case.")
    ] = ("unknown", "?", "google", "internet", "the internet", "n/a", "none", "-")
    empty_hosts: Annotated[
        Names, Meta(description="Hosts (with subdomains) a link to which names no source.")
    ] = ("google.com", "bing.com", "duckduckgo.com")
    own_work: Annotated[
        Names, Meta(description="Templates that say: made by the uploader. They are no licence.")
    ] = ()
    upload_comment: Annotated[
        bool, Meta(description="Whether the upload comment may give source and author.")
    ] = False
    grace_minutes: Annotated[
        Count, Meta(description="Minutes after an upload before it is judged.")
    ] = 0


class Flag(_Part, frozen=True, kw_only=True):
    """The maintenance template that marks a page for one rule."""

    template: Annotated[str, Meta(min_length=1, description="The template's name.")]
    aliases: Annotated[Names, Meta(description="Its redirects (offline).")] = ()
    date_parameter: Annotated[str, Meta(description="The parameter that gets the date.")] = "date"
    detail_parameter: Annotated[
        str, Meta(description="The parameter that gets what is missing.")
    ] = "missing"
    advice_parameter: Annotated[
        str,
        Meta(description="The parameter that gets what to write and where, in words; empty: none."),
    ] = ""
    warning_days: Annotated[
        Count,
        Meta(
            description="Days after which a page that still bears the flag counts as expired (script"
            " `expired_flags`); 0: never."
        ),
    ] = 0
    nomination: Annotated[
        str, Meta(description="The template that nominates an expired page for deletion.")
    ] = "delete"


class Notify(_Part, frozen=True, kw_only=True):
    """Telling people: one message per person and run."""

    enabled: Annotated[bool, Meta(description="Whether people are told at all.")] = True
    ip_users: Annotated[bool, Meta(description="Whether unregistered users are told.")] = False
    skip_users: Annotated[Names, Meta(description="Accounts that are never told.")] = ()
    where: Annotated[
        Literal["auto", "talk", "report"],
        Meta(
            description="Where people are told: on their talk pages, or by reports only. `auto`: on talk"
            " pages, unless the wiki has Fandom’s message walls instead."
        ),
    ] = "auto"
    newcomer_edits: Annotated[
        Count, Meta(description="Edits below which somebody is spoken to as a newcomer.")
    ] = 20
    newcomer_days: Annotated[
        Count, Meta(description="Days for which an account is spoken to as a newcomer.")
    ] = 7
    opt_out: Annotated[
        Names, Meta(description="Templates on a talk page by which a person wants no messages.")
    ] = ("bots", "nobots", "no tropebot")
    correction: Annotated[
        bool,
        Meta(description="Whether an undo leaves messages and corrects them, not removes them."),
    ] = False


class Steering(_Part, frozen=True, kw_only=True):
    """How people stop and start the bot."""

    run_page: Annotated[str, Meta(description="The run page; empty: `User:<account>/Run`.")] = ""
    run_word: Annotated[str, Meta(min_length=1, description="The one word that lets it run.")] = (
        "run"
    )
    editors: Annotated[
        Names, Meta(description="Users and groups (`group:sysop`) who may start it again.")
    ] = ("group:sysop",)
    change_tag: Annotated[
        str, Meta(description="A change tag for every edit, if the wiki has it.")
    ] = ""


class Limits(_Part, frozen=True, kw_only=True):
    """How much may happen; what the operator's own file forbids, no page can allow."""

    max_age_days: Annotated[
        Count,
        Meta(
            description="Changes older than this are reported, not acted on; nor is a page flagged that"
            " nobody edited for that long because only the policy’s actions changed, or a script looked"
            " at it."
        ),
    ] = 7
    writes_per_run: Annotated[Count, Meta(description="Edits and moves in one pass.")] = 200
    promotions_per_run: Annotated[Count, Meta(description="Promotions in one pass.")] = 20
    judged_again_per_run: Annotated[
        int,
        Meta(
            ge=1,
            description="Pages judged again in a pass because preloads, licences or the policy changed.",
        ),
    ] = 500
    open_flags: Annotated[Count, Meta(description="Flags that may stand at a time; 0: no cap.")] = 0
    keep_out: Annotated[
        Names, Meta(description="Namespaces, by name, in which nothing is written.")
    ] = ()
    keep_flags: Annotated[
        bool, Meta(description="Whether flags stay on pages that have become clean.")
    ] = False
    breaker_share: Annotated[
        int,
        Meta(ge=0, le=100, description="Percent of judged pages at which a rule's breaker opens."),
    ] = 50
    breaker_minimum: Annotated[
        Count, Meta(description="Findings below which a breaker never opens.")
    ] = 50


class Reports(_Part, frozen=True, kw_only=True):
    """Reports on the wiki, on pages below the bot's own user page; edited only when what they say changed.

    `<account>` stands for the bot's name, as in `User:<account>/Report`.
    """

    page: Annotated[
        str,
        Meta(
            description="The page with the state: health, open findings, drafts, promotions"
            " (`User:<account>/Report`); where people cannot be told on talk pages, also what they would"
            " have been told. Empty: none."
        ),
    ] = ""
    worklists: Annotated[
        str,
        Meta(
            description="The page below which each rule has its work list (`…/TB101`); empty: none."
        ),
    ] = ""
    repeat_cases: Annotated[
        str,
        Meta(description="The page that counts findings by who made the pages; empty: none."),
    ] = ""
    repeat_from: Annotated[
        int, Meta(ge=1, description="Findings from which a person is counted there.")
    ] = 3
    rows: Annotated[int, Meta(ge=1, description="Rows of a table, at most.")] = 200
    hours: Annotated[
        Count, Meta(description="Hours from one look at the reports to the next; 0: in every pass.")
    ] = 24


class Requests(_Part, frozen=True, kw_only=True):
    """The way back for editors: where they ask the bot to look again, or object, and where rules are told."""

    page: Annotated[
        str,
        Meta(
            description="The page on which people ask the bot to look at a page again, or object"
            " (`User:<account>/Requests`); not the talk page, where a message stops it. Empty: none."
        ),
    ] = ""
    rules: Annotated[
        str,
        Meta(
            description="The page below which each rule has one, as `setup-wiki` makes them"
            " (`User:<account>/Rules`): linked from summaries and messages. Empty: not linked."
        ),
    ] = ""
    per_run: Annotated[Count, Meta(description="Requests taken up in one pass.")] = 10
    per_person: Annotated[Count, Meta(description="Requests of one person in one pass.")] = 3
    ignore: Annotated[Names, Meta(description="Accounts whose requests are left to people.")] = ()


class Trial(_Part, frozen=True, kw_only=True):
    """A trial: the bot works for a while, then stops and waits for `tropebot resume`."""

    edits: Annotated[
        Count, Meta(description="Edits and moves after which it stops; 0: no end.")
    ] = 0
    days: Annotated[Count, Meta(description="Days after which it stops; 0: no end.")] = 0


class Policy(_Part, frozen=True, kw_only=True):
    """A wiki's policy, as one document."""

    version: Annotated[Literal[1], Meta(description="The version of this format.")] = 1
    name: Annotated[str, Meta(description="The wiki's name, as people say it.")] = ""
    mode: Annotated[
        Literal["report", "act"], Meta(description="Whether anything is written to the wiki.")
    ] = "report"
    language: Annotated[str, Meta(description="The language of messages and summaries.")] = "en"
    policy_page: Annotated[
        str, Meta(description="The page that people read about this policy; summaries link it.")
    ] = ""
    contacts: Annotated[Names, Meta(description="Users to be told when something is broken.")] = ()
    wiki: Wiki = Wiki()
    templates: Templates = Templates()
    types: Annotated[
        dict[str, PageType], Meta(description="The page types, by name; order decides nothing.")
    ] = {}
    markup: Markup = Markup()
    exempt: Exempt = Exempt()
    examples: Examples = Examples()
    workshop: Workshop = Workshop()
    files: Files = Files()
    actions: Annotated[
        dict[str, ActionWord],
        Meta(description="Rule code: what is done about a finding; a code not named: report."),
    ] = {}
    flags: Annotated[dict[str, Flag], Meta(description="Rule code: the flag put on the page.")] = {}
    packs: Annotated[
        dict[str, dict[str, Any]],
        Meta(description="Options of rule packs that are installed beside the built-in one."),
    ] = {}
    notify: Notify = Notify()
    steering: Steering = Steering()
    limits: Limits = Limits()
    reports: Reports = Reports()
    requests: Requests = Requests()
    trial: Trial = Trial()

"""Lists of pages by id, a slice at a time: those that use a template, those of a namespace.

Must not read the pages themselves.
"""

from tropebot.wiki.api import Api


def page_ids(
    api: Api, *, using: str, namespace: int, after: str, limit: int
) -> tuple[tuple[int, ...], str]:
    """Ids of pages that are no redirects, and where the list goes on (empty: it ends there).

    With ``using`` (a template's full title) those that use it, under whatever name; else those of
    ``namespace``. ``after`` is what the slice before gave back, in the wiki's own words.
    """
    most = min(limit, api.many * 10)
    if using:
        listing, key = "embeddedin", "eicontinue"
        asked: dict[str, object] = {
            "eititle": using,
            "eilimit": most,
            "eifilterredir": "nonredirects",
        }
    else:
        listing, key = "allpages", "apcontinue"
        asked = {"apnamespace": namespace, "aplimit": most, "apfilterredir": "nonredirects"}
    answer = api.query({"list": listing, **asked, **({key: after} if after else {})})
    found = tuple(int(row["pageid"]) for row in answer["query"][listing])
    return found, str(answer.get("continue", {}).get(key, ""))

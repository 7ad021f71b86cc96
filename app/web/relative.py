"""Addresses of this server in its pages and redirects. All are relative, since a proxy may serve it under any path."""

from markupsafe import Markup


def root_of(page: str) -> str:
    """The root of this server as an address in a page: "./", or "../" for each folder that the page is in.

    `page` is the path of its request as it was received: browsers count slashes before they decode anything.
    """
    return "../" * (page.count("/") - 1) or "./"


def relative(target: str, page: str) -> str:
    """A path of this server as an address in a page; both begin with "/".

    >>> relative("/glossary#epoch", "/lessons/depth")
    '../glossary#epoch'
    """
    return root_of(page) + target.removeprefix("/")


def with_root(html: Markup, root: str) -> Markup:
    """HTML whose links to paths of this server lead there from a page with this root; see `root_of`."""
    # text and values in it have their quotation marks escaped
    return html.replace('href="/', Markup('href="') + root)

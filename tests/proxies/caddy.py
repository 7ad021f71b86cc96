"""A real Caddy with `deploy/Caddyfile`, in which only places are replaced: ports and the certificate."""

from tests.proxies.nginx import NAME, Authority, Proxy, free_port, replaced
from tests.support.server import ROOT

_OPTIONS = """\
{{
	admin off
	auto_https disable_redirects
	https_port {port}
}}

"""
"""What keeps it from listening on the ports 80 and 2019, and from asking anyone for a certificate."""


class Caddy(Proxy):
    """Caddy in front of a server on a port of this machine.

    Example:
        with Caddy(authority, server.port) as proxy:
            proxy.connect("/playground/ws").greet()
    """

    def __init__(self, authority: Authority, server: int) -> None:
        port = free_port()
        site = replaced(
            (ROOT / "deploy/Caddyfile").read_text("utf-8"),
            {
                f"\n{NAME} {{\n": f"\n{NAME} {{\n\ttls certificate.pem key.pem\n",
                "reverse_proxy @playground 127.0.0.1:8000": f"reverse_proxy @playground 127.0.0.1:{server}",
            },
        )
        command = ["caddy", "run", "--config", "Caddyfile"]
        super().__init__(command, authority, port, {"Caddyfile": _OPTIONS.format(port=port) + site})

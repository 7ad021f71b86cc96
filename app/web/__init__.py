"""FRONT PROCESS: the server, its pages, and the sockets of everybody who watches."""

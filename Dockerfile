FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python3 -m venv /opt/playground
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY numpy_playground.py numpy_playground.py
COPY app app
COPY engine engine
COPY static static
COPY templates templates
RUN /opt/playground/bin/pip install ".[fast]"

FROM python:3.13-slim
LABEL org.opencontainers.image.title="NumPy Playground" org.opencontainers.image.licenses="MIT"
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin playground
COPY --from=build /opt/playground /opt/playground
ENV OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s --retries=3 \
  CMD ["/opt/playground/bin/python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/healthz', timeout=2).read()"]
CMD ["/opt/playground/bin/playground", "--host", "0.0.0.0", "--port", "8000", "--no-browser"]

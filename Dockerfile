# docker build -t numpy-playground .
# docker run --rm -p 8000:8000 -e PLAYGROUND_PUBLIC_URL=https://school.example/playground/ numpy-playground
# It also runs with --read-only and with any --user; docs/deploy.md says what to do behind a proxy.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python3 -m venv /opt/playground
WORKDIR /src
COPY pyproject.toml hatch_build.py README.md LICENSE ./
COPY numpy_playground.py numpy_playground.py
COPY app app
COPY engine engine
COPY static static
COPY templates templates
RUN /opt/playground/bin/pip install ".[fast,metrics]"

FROM python:3.13-slim
LABEL org.opencontainers.image.title="NumPy Playground" org.opencontainers.image.licenses="MIT"
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin playground
COPY --from=build /opt/playground /opt/playground
ENV OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PLAYGROUND_HOST=0.0.0.0 PLAYGROUND_PORT=8000
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --retries=3 CMD ["/opt/playground/bin/playground", "health"]
CMD ["/opt/playground/bin/playground", "--no-browser"]

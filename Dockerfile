# One image for web, worker and every command: `docker run … loyalty web`.
# Nothing is fetched when it runs; what it writes lies in /data and /tmp.

FROM node:22-slim AS browser
WORKDIR /srv/loyalty
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /srv/loyalty
RUN python -m venv .venv && .venv/bin/pip install --no-cache-dir -q "uv==0.13.*"
COPY requirements.lock pyproject.toml README.md LICENSE ./
RUN .venv/bin/uv pip install --no-cache -q --require-hashes -r requirements.lock
COPY --from=browser /srv/loyalty/node_modules node_modules
COPY app app
COPY bot bot
COPY miniapp miniapp
COPY admin admin
COPY web web
COPY locales locales
COPY domain domain
RUN .venv/bin/uv pip install --no-cache -q --no-deps --no-build-isolation -e . \
    && .venv/bin/python -m web.digits node_modules/.made/digits.woff2 \
    && .venv/bin/pip uninstall -q -y uv \
    && .venv/bin/python -m compileall -q app bot miniapp admin web locales domain .venv/lib

FROM python:3.11-slim
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin loyalty \
    && install -d -o loyalty -g loyalty /data
COPY --from=build /srv/loyalty /srv/loyalty
WORKDIR /srv/loyalty
ENV PATH=/srv/loyalty/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOST=0.0.0.0 \
    PORT=8080 \
    DATA_DIR=/data \
    DEMO=0
USER loyalty
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ.get('WORKER_PORT', os.environ['PORT']) + '/healthz', timeout=2)"]
ENTRYPOINT ["loyalty"]
CMD ["web"]

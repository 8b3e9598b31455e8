# caveat in a container. How to run it: README.md, "For good".
#
# The first stage builds with the toolchain and a C compiler (for the TLS library); the second holds the program, the FAQ that
# ships, and nothing that is not needed to run. Certificates of the web are compiled into the program.

ARG RUST=1.95
ARG DEBIAN=trixie

FROM rust:${RUST}-slim-${DEBIAN} AS build
WORKDIR /build
# All of it: Cargo.toml names the tests and benches too. What is not needed is left out by .dockerignore.
COPY . .
RUN cargo build --release --locked --bin caveat

FROM debian:${DEBIAN}-slim
# A user of its own, with a number, so that Kubernetes can see that it is not root.
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin caveat \
    && install -d -o caveat -g caveat -m 0750 /var/lib/caveat
COPY --from=build /build/target/release/caveat /usr/local/bin/caveat
# Yours may be mounted over it, read-only: -v ./faq:/srv/caveat/faq:ro -v ./config.toml:/srv/caveat/config.toml:ro
COPY faq /srv/caveat/faq
WORKDIR /srv/caveat
USER 10001
# What must outlive the container is kept there, see [store] in config.example.toml.
ENV STATE_DIRECTORY=/var/lib/caveat
VOLUME /var/lib/caveat
# SIGTERM, which Docker sends, makes it send the replies in flight and end; SIGHUP makes it read the FAQ again.
ENTRYPOINT ["/usr/local/bin/caveat"]
CMD ["run"]

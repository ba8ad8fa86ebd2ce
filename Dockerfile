# All images of Cardloom; the target names which: `service` with the build argument SERVICE, `operator`, `keycloak`, `front`.
# Layers, the rarest to change first: runtime, libraries, our own code, the AOT cache of one service.

FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /src
COPY pom.xml .
COPY .mvn .mvn
COPY proto proto
COPY embedded embedded
COPY kit kit
COPY index index
COPY svc-ingest svc-ingest
COPY svc-cards svc-cards
COPY svc-publishing svc-publishing
COPY svc-metrics svc-metrics
COPY aggregator aggregator
COPY idp idp
COPY local local
COPY bench/pom.xml bench/
# The libraries come once and stay in the builder's cache.
RUN --mount=type=cache,target=/root/.m2/repository \
    mvn -B -ntp -q -DskipTests -pl '!bench' package \
        dependency:copy-dependencies -DincludeScope=runtime -DexcludeGroupIds=io.cardloom
COPY docker docker
# What the services need together: they share the layer, and a service has nothing of the command line's.
RUN mkdir -p /app/libs /app/own /operator \
 && for service in svc-* aggregator; do cp $service/target/dependency/*.jar /app/libs/; done \
 && for module in proto kit index svc-ingest svc-cards svc-publishing svc-metrics aggregator; do \
      cp $module/target/$module-0.1.0.jar /app/own/$module.jar; done \
 && for module in local idp; do cp $module/target/$module-0.1.0.jar /operator/$module.jar; done \
 && for library in picocli jsoup progressbar jline jackson-databind-3 jackson-annotations; do \
      cp local/target/dependency/$library*.jar /operator/; done \
 && cp local/src/main/resources/logging-stack.properties /app/logging.properties \
 && cp docker/java.options docker/healthy /app/ \
 && docker/service-files /app

FROM eclipse-temurin:25-jre AS runtime
RUN groupadd --system --gid 10001 cardloom && useradd --system --uid 10001 --gid cardloom --create-home cardloom
COPY --from=build /app/libs /app/libs
COPY --from=build /app/own /app/own
COPY --from=build /app/services /app/services
COPY --from=build /app/java.options /app/logging.properties /app/healthy /app/

# Every service runs once, on the JDK and the class path it will run on, and leaves its AOT cache.
FROM runtime AS training
COPY --from=build /src/local/target/dependency /training
COPY --from=build /operator /src/embedded/target/embedded-0.1.0.jar /training/
RUN mkdir /aot && chown cardloom /aot
USER cardloom
RUN java -cp '/training/*:/app/own/*' --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
      io.cardloom.local.stack.Training /app /aot

FROM runtime AS service
ARG SERVICE
COPY --from=training /aot/${SERVICE}.aot /app/service.aot
RUN ln -s services/${SERVICE} /app/service
USER cardloom
WORKDIR /tmp
HEALTHCHECK --interval=5s --timeout=5s --start-period=90s --start-interval=1s --retries=3 CMD ["/app/healthy"]
ENTRYPOINT ["java", "@/app/java.options", "-XX:AOTCache=/app/service.aot", "@/app/service"]

# The command line, for whoever runs the installation: it has the keys to every service.
FROM runtime AS operator
COPY --from=build /operator /app/operator
USER cardloom
WORKDIR /tmp
ENTRYPOINT ["java", "@/app/java.options", "-Xshare:auto", "-cp", "/app/own/*:/app/libs/*:/app/operator/*", "io.cardloom.local.Cardloom"]

FROM keycloak/keycloak:26.7.3 AS keycloak-built
COPY --from=build /src/idp/target/classes/io/cardloom/idp/server/keycloak-provider.jar /opt/keycloak/providers/
RUN /opt/keycloak/bin/kc.sh build --db=postgres --health-enabled=true

FROM keycloak/keycloak:26.7.3 AS keycloak
COPY --from=keycloak-built /opt/keycloak/ /opt/keycloak/
COPY idp/src/main/resources/io/cardloom/idp/realm/realm.json /opt/keycloak/data/import/cardloom-realm.json
COPY docker/keycloak /opt/keycloak/bin/cardloom
ENTRYPOINT ["/opt/keycloak/bin/cardloom"]

# One address in front of all instances of a service.
FROM debian:trixie-slim AS front
RUN apt-get update && apt-get install -y --no-install-recommends haproxy && rm -rf /var/lib/apt/lists/*
COPY docker/haproxy.cfg /etc/haproxy/haproxy.cfg
RUN haproxy -c -f /etc/haproxy/haproxy.cfg
USER haproxy
ENTRYPOINT ["haproxy", "-W", "-db", "-f", "/etc/haproxy/haproxy.cfg"]

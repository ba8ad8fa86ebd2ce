package io.cardloom.local.deploy;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;

/// Whether a document is what Kubernetes takes: its own kinds by the classes that Kubernetes
/// generates from its OpenAPI schemas, which know every field, its type and which are required;
/// those of others by a JSON Schema in the resources.
final class KubernetesSchema {
  private static final Map<String, Class<?>> KINDS =
      Map.of(
          "v1/Namespace", V1Namespace.class,
          "v1/ConfigMap", V1ConfigMap.class,
          "v1/Service", V1Service.class,
          "apps/v1/Deployment", V1Deployment.class,
          "policy/v1/PodDisruptionBudget", V1PodDisruptionBudget.class,
          "networking.k8s.io/v1/NetworkPolicy", V1NetworkPolicy.class,
          "autoscaling/v2/HorizontalPodAutoscaler", V2HorizontalPodAutoscaler.class);

  private static final Map<String, String> OTHERS =
      Map.of(
          "keda.sh/v1alpha1/ScaledObject", "scaled-object.json",
          "kustomize.config.k8s.io/v1beta1/Kustomization", "kustomization.json",
          "kustomize.config.k8s.io/v1alpha1/Component", "kustomization.json");

  private KubernetesSchema() {}

  /// @throws IllegalArgumentException with what is wrong
  static void check(String kind, JsonObject document) {
    var own = KINDS.get(kind);
    if (own != null) {
      read(document, own);
      return;
    }
    var other = OTHERS.get(kind);
    if (other == null) throw new IllegalArgumentException("no schema is known for " + kind);
    var errors = schema(other).validate(document.toString(), InputFormat.JSON);
    if (!errors.isEmpty()) throw new IllegalArgumentException(errors.toString());
  }

  private static void read(JsonElement document, Class<?> kind) {
    try {
      Objects.requireNonNull(JSON.getGson().fromJson(document, kind));
    } catch (RuntimeException wrong) {
      throw new IllegalArgumentException(wrong.getMessage(), wrong);
    }
  }

  private static Schema schema(String file) {
    try (InputStream in =
        Objects.requireNonNull(KubernetesSchema.class.getResourceAsStream(file), file)) {
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}

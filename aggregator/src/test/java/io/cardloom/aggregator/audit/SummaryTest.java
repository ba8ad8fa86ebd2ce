package io.cardloom.aggregator.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.cardloom.proto.application.v1.Api;
import io.cardloom.proto.application.v1.CreateApplicationRequest;
import io.cardloom.proto.application.v1.RevokeApplicationKeyRequest;
import io.cardloom.proto.common.v1.Filter;
import io.cardloom.proto.common.v1.Json;
import io.cardloom.proto.common.v1.Query;
import io.cardloom.proto.common.v1.TextFilter;
import io.cardloom.proto.ingest.v1.CreateDataSourceRequest;
import io.cardloom.proto.ingest.v1.EntryInput;
import io.cardloom.proto.ingest.v1.ImportDataRequest;
import io.cardloom.proto.ingest.v1.ImportMode;
import io.cardloom.proto.ingest.v1.SearchEntriesRequest;
import io.cardloom.proto.publishing.v1.UpdateApiVersionRequest;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SummaryTest {
  private static final String HUSH = "hush \u0000 <b>";

  static Stream<Arguments> summaries() {
    var values = Json.newBuilder().setUtf8(ByteString.copyFromUtf8("{\"a\":\"" + HUSH + "\"}"));
    return Stream.of(
        Arguments.of(
            ImportDataRequest.newBuilder()
                .setSourceId("s")
                .setMode(ImportMode.IMPORT_MODE_REPLACE)
                .addEntries(EntryInput.newBuilder().setId(HUSH).setValues(values))
                .addEntries(EntryInput.newBuilder())
                .build(),
            "{\"sourceId\":\"s\",\"entries\":\"2 items\",\"mode\":\"IMPORT_MODE_REPLACE\"}"),
        Arguments.of(
            CreateDataSourceRequest.newBuilder()
                .setId("s")
                .setName(HUSH)
                .addLanguages(HUSH)
                .addRelatedSourceIds("other")
                .setIdempotencyKey(HUSH)
                .build(),
            "{\"id\":\"s\",\"name\":\"10 characters\",\"languages\":\"1 item\",\"relatedSourceIds\":[\"other\"],\"idempotencyKey\":\"10 characters\"}"),
        Arguments.of(
            CreateApplicationRequest.newBuilder()
                .setApi(Api.API_INGEST)
                .setId("erp")
                .setName(HUSH)
                .addResourceIds("products")
                .build(),
            "{\"api\":\"API_INGEST\",\"id\":\"erp\",\"name\":\"10 characters\",\"resourceIds\":[\"products\"]}"),
        Arguments.of(
            RevokeApplicationKeyRequest.newBuilder()
                .setApi(Api.API_INGEST)
                .setApplicationId("erp")
                .setKeyId("k1")
                .build(),
            "{\"api\":\"API_INGEST\",\"applicationId\":\"erp\",\"keyId\":\"k1\"}"),
        Arguments.of(
            UpdateApiVersionRequest.newBuilder()
                .setApiVersionId("shop.v1")
                .setConfirm(true)
                .setExpectedVersion(3)
                .setDescription(HUSH)
                .build(),
            "{\"apiVersionId\":\"shop.v1\",\"description\":\"10 characters\",\"confirm\":true,\"expectedVersion\":3}"),
        Arguments.of(
            SearchEntriesRequest.newBuilder()
                .setSourceId("s".repeat(300))
                .setQuery(
                    Query.newBuilder()
                        .setText(HUSH)
                        .addFilters(
                            Filter.newBuilder()
                                .setProperty("p")
                                .setText(TextFilter.newBuilder().addAnyOf(HUSH))))
                .build(),
            "{\"sourceId\":\"300 characters\",\"query\":{\"filters\":\"1 item\",\"text\":\"10 characters\"}}"));
  }

  @ParameterizedTest
  @MethodSource
  void summaries(Message arguments, String summary) {
    assertThat(new String(Summary.of(arguments), StandardCharsets.UTF_8)).isEqualTo(summary);
  }
}

package io.cardloom.aggregator.catalogue;

import com.google.protobuf.Descriptors.FileDescriptor;
import io.cardloom.proto.aggregator.v1.WorkspaceProto;
import io.cardloom.proto.application.v1.ApplicationsProto;
import io.cardloom.proto.cards.v1.CardsProto;
import io.cardloom.proto.ingest.v1.IngestProto;
import io.cardloom.proto.metrics.v1.AuditProto;
import io.cardloom.proto.metrics.v1.MetricsProto;
import io.cardloom.proto.publishing.v1.PublishingProto;
import java.util.List;

/// The contracts whose services make up the catalogue.
public final class Contracts {
  public static final List<FileDescriptor> ALL =
      List.of(
          WorkspaceProto.getDescriptor(),
          IngestProto.getDescriptor(),
          CardsProto.getDescriptor(),
          PublishingProto.getDescriptor(),
          MetricsProto.getDescriptor(),
          AuditProto.getDescriptor(),
          ApplicationsProto.getDescriptor());

  private Contracts() {}
}

package io.cardloom.ingest;

import io.cardloom.ingest.bulk.DescribeImport;
import io.cardloom.ingest.bulk.StartImport;
import io.cardloom.ingest.entry.DescribeStages;
import io.cardloom.ingest.entry.ImportEntries;
import io.cardloom.ingest.entry.ListEntries;
import io.cardloom.ingest.entry.SearchEntries;
import io.cardloom.kit.call.Caller;
import io.cardloom.kit.call.Rpc;
import io.cardloom.proto.common.v1.ScanRequest;
import io.cardloom.proto.common.v1.ScanResponse;
import io.cardloom.proto.common.v1.StagesRequest;
import io.cardloom.proto.common.v1.StagesResponse;
import io.cardloom.proto.ingest.v1.EntriesGrpc;
import io.cardloom.proto.ingest.v1.GetImportStatusRequest;
import io.cardloom.proto.ingest.v1.ImportDataRequest;
import io.cardloom.proto.ingest.v1.ImportDataResponse;
import io.cardloom.proto.ingest.v1.ImportStatus;
import io.cardloom.proto.ingest.v1.ListSourceEntriesRequest;
import io.cardloom.proto.ingest.v1.ListSourceEntriesResponse;
import io.cardloom.proto.ingest.v1.SearchEntriesRequest;
import io.cardloom.proto.ingest.v1.SearchEntriesResponse;
import io.cardloom.proto.ingest.v1.StartImportRequest;
import io.grpc.stub.StreamObserver;

/// The gRPC edge of entries.
final class EntriesRpc extends EntriesGrpc.EntriesImplBase {
  private final ImportEntries imports;
  private final StartImport starts;
  private final DescribeImport started;
  private final ListEntries lists;
  private final SearchEntries searches;
  private final DescribeStages stages;

  EntriesRpc(
      ImportEntries imports,
      StartImport starts,
      DescribeImport started,
      ListEntries lists,
      SearchEntries searches,
      DescribeStages stages) {
    this.imports = imports;
    this.starts = starts;
    this.started = started;
    this.lists = lists;
    this.searches = searches;
    this.stages = stages;
  }

  @Override
  public void importData(ImportDataRequest request, StreamObserver<ImportDataResponse> out) {
    Rpc.reply(out, imports.run(Caller.current(), request));
  }

  @Override
  public void startImport(StartImportRequest request, StreamObserver<ImportStatus> out) {
    Rpc.reply(out, starts.run(Caller.current(), request));
  }

  @Override
  public void getImportStatus(GetImportStatusRequest request, StreamObserver<ImportStatus> out) {
    Rpc.reply(out, started.run(Caller.current(), request));
  }

  @Override
  public void listSourceEntries(
      ListSourceEntriesRequest request, StreamObserver<ListSourceEntriesResponse> out) {
    Rpc.reply(out, lists.recent(Caller.current(), request));
  }

  @Override
  public void searchEntries(
      SearchEntriesRequest request, StreamObserver<SearchEntriesResponse> out) {
    Rpc.reply(out, searches.run(Caller.current(), request));
  }

  @Override
  public void describeStages(StagesRequest request, StreamObserver<StagesResponse> out) {
    Rpc.reply(out, stages.run(Caller.current(), request));
  }

  @Override
  public void scanEntries(ScanRequest request, StreamObserver<ScanResponse> out) {
    Rpc.reply(out, lists.scan(Caller.current(), request));
  }
}

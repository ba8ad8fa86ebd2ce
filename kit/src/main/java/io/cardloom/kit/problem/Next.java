package io.cardloom.kit.problem;

import com.google.protobuf.ByteString;
import io.cardloom.proto.common.v1.Json;
import io.cardloom.proto.common.v1.NextCall;

/// A tool call that leads on.
///
/// @param tool tool name
/// @param argumentsJson its arguments, a JSON object
/// @param why what it would bring, one clause
public record Next(String tool, String argumentsJson, String why) {
  public NextCall toPb() {
    return NextCall.newBuilder()
        .setTool(tool)
        .setArguments(Json.newBuilder().setUtf8(ByteString.copyFromUtf8(argumentsJson)))
        .setWhy(why)
        .build();
  }
}

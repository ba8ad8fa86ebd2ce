package io.cardloom.aggregator.catalogue;

/// The contracts do not make a catalogue; the message names the tool or rpc. It stops the start.
public final class BrokenCatalogue extends IllegalStateException {
  public BrokenCatalogue(String message) {
    super(message);
  }
}

package io.cardloom.idp.realm;

/// The identity provider refused a request, or could not be asked. The message is for people: what
/// was asked, and what the answer was.
public final class ProviderRefused extends RuntimeException {
  private static final long serialVersionUID = 1;

  ProviderRefused(String message) {
    super(message);
  }

  ProviderRefused(String message, Throwable cause) {
    super(message, cause);
  }
}

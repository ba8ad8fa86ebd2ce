package io.cardloom.kit.call;

import io.grpc.Status;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/// Why a call that had no answer failed at TLS, told to whoever runs the services: what the causes
/// of the failure say lies many wrappers deep, in the words of three libraries.
final class TlsFailure {
  /// The other side's last word, as the native library names it.
  private static final Pattern ALERT = Pattern.compile("_ALERT_([A-Z_]+)");

  /// More than a chain of causes is long.
  private static final int CAUSES_MAX = 20;

  private TlsFailure() {}

  /// A sentence about `service`, or empty where the failure is none of TLS.
  static String why(Status status, String service) {
    String why = "";
    Throwable cause = status.getCause();
    // The deepest cause that says something says most.
    for (int i = 0; cause != null && i < CAUSES_MAX; i++, cause = cause.getCause()) {
      String said = said(cause, service);
      if (!said.isEmpty()) why = said;
    }
    String description = String.valueOf(status.getDescription());
    if (why.isEmpty() && description.contains("Network closed for unknown reason")) {
      return "It closed the connection without a word, as one with TLS does to a caller without.";
    }
    return why;
  }

  private static String said(Throwable cause, String service) {
    String message = String.valueOf(cause.getMessage());
    return switch (cause) {
      case CertificateExpiredException _ -> "Its certificate has expired.";
      case CertificateNotYetValidException _ -> "Its certificate is not valid yet.";
      case CertPathBuilderException _ ->
          "Its certificate is signed by no authority that is trusted here.";
      case Exception _ when message.startsWith("No subject alternative DNS name") ->
          "Its certificate is not one of " + service + ".";
      case Exception _ when message.startsWith("not an SSL/TLS record") ->
          "It speaks no TLS, and this side calls with it.";
      case SSLException _ -> alert(message);
      default -> "";
    };
  }

  private static String alert(String message) {
    Matcher alert = ALERT.matcher(message);
    if (!alert.find()) return "The TLS handshake failed.";
    return switch (alert.group(1)) {
      case "CERTIFICATE_EXPIRED" -> "It refuses the certificate of this side, which has expired.";
      case "CERTIFICATE_REQUIRED" -> "It asks for a certificate, and this side has none.";
      default -> "It does not trust the certificate of this side.";
    };
  }
}

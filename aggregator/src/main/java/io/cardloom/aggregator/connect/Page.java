package io.cardloom.aggregator.connect;

import io.cardloom.aggregator.connect.Person.Approval;
import io.cardloom.aggregator.connect.Person.Workspace;
import io.cardloom.aggregator.identity.IdentityConfig;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// The page in one language: what it is, and what it shows a person who is signed in. Everything
/// works without its script but copying, whose buttons only the script shows.
final class Page {
  private final Words words;
  private final IdentityConfig identity;
  private final String root;

  Page(Words words, IdentityConfig identity, String root) {
    this.words = words;
    this.identity = identity;
    this.root = root;
  }

  /// To whom it is not known who they are: what this is, and where they sign in.
  ///
  /// @param signsIn whether they can
  Html open(boolean signsIn) {
    Html signIn =
        signsIn
            ? Html.of("<p>{}</p>{}", words.html("open.sign-in"), signIn())
            : Html.of(
                "<p class=\"hint\">{}</p>",
                words.html(
                    "open.no-sign-in", setting("connect.client-id"), setting("connect.secret")));
    return frame(
        "",
        words.html("open.title"),
        Html.NONE,
        Html.of(
            "<p>{}</p><p><code class=\"url\">{}/{}/mcp</code></p>{}",
            words.html("open.what"),
            identity.publicBase(),
            Html.of("<i>{}</i>", words.text("open.workspace")),
            signIn));
  }

  private static Html setting(String key) {
    return Html.of("<code>{}</code>", key);
  }

  /// A sentence instead of what was asked for, and how to go on.
  ///
  /// @param what begins the keys of its words: `.title` and `.text`
  Html instead(String what) {
    return frame(
        "",
        words.html(what + ".title"),
        Html.NONE,
        Html.of("<p>{}</p>{}", words.html(what + ".text"), link("", words.text(what + ".go-on"))));
  }

  Html notSignedIn() {
    return frame(
        "",
        words.html("not-signed-in.title"),
        Html.NONE,
        Html.of("<p>{}</p>{}", words.html("not-signed-in.text"), signIn()));
  }

  /// @param notice key of the words of what was just done; empty for nothing
  /// @param formToken goes into every form
  Html of(Person person, String notice, String formToken) {
    Html done =
        notice.isEmpty()
            ? Html.NONE
            : Html.of("<p class=\"message success\" role=\"status\">{}</p>", words.html(notice));
    Html signOut =
        Html.of(
            "<div class=\"who\"><span>{}</span>{}</div>",
            words.html("signed-in", Html.of("<b><bdi>{}</bdi></b>", person.name())),
            form("connect/sign-out", formToken, Html.NONE, words.html("sign-out"), "plain"));
    return frame(
        "wide",
        words.html("title"),
        signOut,
        Html.of("{}{}{}", done, workspaces(person), approvals(person, formToken)));
  }

  private Html workspaces(Person person) {
    var shown = person.workspaces();
    Html all =
        shown.isEmpty()
            ? Html.of("<p>{}</p>", words.html("workspaces.none"))
            : Html.of(
                "<p class=\"hint\">{}</p>{}",
                words.html("workspaces.hint"),
                IntStream.range(0, shown.size())
                    .mapToObj(i -> workspace(i, shown.get(i), shown.size() == 1))
                    .toList());
    return Html.of(
        "<section aria-labelledby=\"workspaces\"><h2 id=\"workspaces\">{}</h2>{}</section>",
        words.html("workspaces.title"),
        all);
  }

  private Html workspace(int number, Workspace workspace, boolean alone) {
    String id = "w" + number;
    String url = identity.resource(workspace.safename());
    String name = workspace.name().isEmpty() ? workspace.safename() : workspace.name();
    var setups = ClientSetup.of(workspace.safename(), url);
    var rows = new ArrayList<Html>();
    for (int i = 0; i < setups.size(); i++) {
      rows.add(setup(id + "-" + i, setups.get(i), name, alone && i == 0));
    }
    return Html.of(
        """
        <article aria-labelledby="{}">
        <h3 id="{}"><bdi>{}</bdi> <small>{}</small></h3>
        <p class="roles">{}</p>
        <div class="copyable"><span class="name" id="{}-url-name">{}</span>
        <code class="url" id="{}-url" tabindex="0" role="group" aria-labelledby="{}-url-name {}">{}</code>{}</div>
        <div class="setups">{}</div></article>
        """,
        id,
        id,
        name,
        workspace.safename(),
        roles(workspace),
        id,
        words.html("url"),
        id,
        id,
        id,
        url,
        copy(id + "-url", words.text("url"), name),
        rows);
  }

  private Html roles(Workspace workspace) {
    if (workspace.roles().isEmpty()) return words.html("roles.none");
    var named = workspace.roles().stream().map(role -> words.named("role", role)).toList();
    return words.html("roles", String.join(", ", named));
  }

  private Html setup(String id, ClientSetup setup, String workspace, boolean opened) {
    String client = setup.client().equals("JSON") ? words.text("setup.other") : setup.client();
    return Html.of(
        """
        <details{}><summary id="{}-name">{}</summary>
        <p>{}</p>
        <div class="copyable"><pre id="{}" tabindex="0" role="group" aria-labelledby="{}-name">{}</pre>{}</div>
        </details>
        """,
        opened ? new Html(" open") : Html.NONE,
        id,
        client,
        words.html(setup.where()),
        id,
        id,
        setup.text(),
        copy(id, client, workspace));
  }

  /// Without a script there is nothing it could do.
  private Html copy(String of, String what, String workspace) {
    return Html.of(
        "<button type=\"button\" data-copy=\"{}\" hidden><span>{}</span><span class=\"unseen\"> {}, <bdi>{}</bdi></span></button>",
        of,
        words.html("copy"),
        what,
        workspace);
  }

  private Html approvals(Person person, String formToken) {
    var shown = person.approvals();
    Html all =
        shown.isEmpty()
            ? Html.of("<p>{}</p>", words.html("approvals.none"))
            : Html.of(
                "<p class=\"hint\">{}</p>{}",
                words.html("approvals.hint"),
                IntStream.range(0, shown.size())
                    .mapToObj(i -> approval("a" + i, shown.get(i), formToken))
                    .toList());
    return Html.of(
        "<section aria-labelledby=\"approvals\"><h2 id=\"approvals\">{}</h2>{}</section>",
        words.html("approvals.title"),
        all);
  }

  private Html approval(String id, Approval approval, String formToken) {
    String name = approval.name().isEmpty() ? approval.client() : approval.name();
    LocalDate since = LocalDate.ofInstant(approval.since(), ZoneOffset.UTC);
    Html revoke =
        form(
            "connect/revoke",
            formToken,
            Html.of("<input type=\"hidden\" name=\"approval\" value=\"{}\">", approval.id()),
            Html.of(
                "<span>{}</span><span class=\"unseen\"> <bdi>{}</bdi></span>",
                words.html("revoke"),
                name),
            "danger");
    return Html.of(
        """
        <article aria-labelledby="{}">
        <h3 id="{}"><bdi>{}</bdi> <em class="badge{}">{}</em></h3>
        <dl>
        <div><dt>{}</dt><dd><ul class="plain">{}</ul></dd></div>
        <div><dt>{}</dt><dd>{}</dd></div>
        <div><dt>{}</dt><dd><time datetime="{}">{}</time> &middot; {}</dd></div>
        <div><dt>{}</dt><dd><code>{}</code></dd></div>
        </dl>
        {}</article>
        """,
        id,
        id,
        name,
        approval.verified() ? Html.NONE : new Html(" warn"),
        words.html(approval.verified() ? "verified" : "unverified"),
        words.html("approval.scopes"),
        scopes(approval.scopes()),
        words.html("approval.workspaces"),
        workspaces(approval),
        words.html("approval.since"),
        since,
        words.day(approval.since()),
        words.html(approval.connected() ? "connected" : "not-connected"),
        words.html("approval.client"),
        approval.client(),
        revoke);
  }

  private List<Html> scopes(List<String> scopes) {
    return scopes.stream()
        .map(scope -> Html.of("<li>{} <small>{}</small></li>", words.named("scope", scope), scope))
        .toList();
  }

  private Html workspaces(Approval approval) {
    return approval.workspaces().isEmpty()
        ? words.html("approval.no-workspaces")
        : Html.of("{}", String.join(", ", approval.workspaces()));
  }

  private Html signIn() {
    return link("connect/sign-in", words.text("sign-in"));
  }

  private Html link(String path, String text) {
    return Html.of("<p><a class=\"button primary\" href=\"{}{}\">{}</a></p>", root, path, text);
  }

  private Html form(String path, String formToken, Html fields, Html button, String look) {
    return Html.of(
        "<form method=\"post\" action=\"{}{}\"><input type=\"hidden\" name=\"form\" value=\"{}\">{}<button class=\"{}\">{}</button></form>",
        root,
        path,
        formToken,
        fields,
        look,
        button);
  }

  private Html frame(String look, Html title, Html beside, Html content) {
    return Html.of(
        """
        <!doctype html>
        <html lang="{}">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="robots" content="noindex, nofollow">
        <title>{} - Cardloom</title>
        <link rel="icon" type="image/svg+xml" href="{}connect/img/cardloom.svg">
        <link rel="stylesheet" href="{}connect/css/cardloom.css">
        <link rel="stylesheet" href="{}connect/css/connect.css">
        <script src="{}connect/js/copy.js" defer></script>
        </head>
        <body>
        <div class="page {}">
        <header>
        <p class="brand"><svg class="logo" viewBox="0 0 24 24" aria-hidden="true"><path d="M4 8h4m4 0h8M4 16h8m4 0h4M8 4v8m0 4v4M16 4v4m0 4v8"/></svg>Cardloom</p>
        {}</header>
        <main>
        <h1>{}</h1>
        {}</main>
        <p id="told" class="unseen" role="status" data-copied="{}" data-by-hand="{}"></p>
        </div>
        </body>
        </html>
        """,
        words.language(),
        title,
        root,
        root,
        root,
        root,
        look,
        beside,
        title,
        content,
        words.text("copied"),
        words.text("by-hand"));
  }
}

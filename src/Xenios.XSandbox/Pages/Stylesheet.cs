namespace Xenios.XSandbox.Pages;

/// <summary>How the sandbox looks: sand, ink and a yellow band, so that nobody takes it for X.</summary>
internal static class Stylesheet
{
    public const string Text = """
        :root {
          color-scheme: light dark;
          --sand: #f6f1e4; --paper: #fffdf8; --ink: #1d1a14; --soft: #5d5647; --line: #d9cfb8; --edge: #8c8069;
          --link: #0b5a75; --go: #0b5a75; --on-go: #ffffff; --tint: #efe6d0; --bad: #9c2a1a; --bad-tint: #fbe7e1; --ok: #1f6238; --ok-tint: #e2f1e2;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --sand: #16140f; --paper: #211e17; --ink: #f3eee2; --soft: #b9b09c; --line: #3d3729; --edge: #8f8570;
            --link: #8fd0e8; --go: #8fd0e8; --on-go: #10222a; --tint: #2e2a1f; --bad: #ffb3a3; --bad-tint: #3d1f18; --ok: #a5dfb5; --ok-tint: #1b3222;
          }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; background: var(--sand); color: var(--ink);
          font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere; }
        .band { background: #ffd21f; color: #1d1600; text-align: center; border-bottom: .5rem solid #1d1600;
          border-image: repeating-linear-gradient(-45deg, #1d1600 0 .75rem, #ffd21f .75rem 1.5rem) 8; }
        .band p { margin: 0; padding: .625rem 1rem; }
        main { width: 100%; margin: 0 auto; padding: 1.5rem 1rem 2rem; flex: 1; }
        .narrow { max-width: 66rem; }
        .wide { max-width: 75rem; }
        .narrow > .card, .narrow > .note { max-width: 44rem; }
        footer { padding: 1rem; text-align: center; color: var(--soft); font-size: .9375rem; }
        footer p { margin: 0; }
        h1 { font-size: clamp(1.5rem, 1.2rem + 1.6vw, 2.125rem); line-height: 1.2; margin: 0 0 .5rem; letter-spacing: -.01em; }
        h2 { font-size: 1.125rem; line-height: 1.3; margin: 0 0 .75rem; }
        h3 { font-size: 1rem; margin: 0; }
        p { margin: 0 0 1rem; }
        h1 + .card, h1 + .note { margin-top: 1.25rem; }
        .lead { color: var(--soft); margin-bottom: 1.5rem; max-width: 44rem; }
        .soft { color: var(--soft); }
        a { color: var(--link); text-underline-offset: .2em; }
        footer a { display: inline-block; padding: .75rem 0; }
        :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
        code { font: .9375em ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; }
        .card { background: var(--paper); border: 1px solid var(--line); border-radius: .875rem; padding: 1.25rem; margin: 0 0 1rem; }
        .note { border-radius: .625rem; padding: .75rem 1rem; margin: 0 0 1rem; background: var(--tint); }
        .note.bad { background: var(--bad-tint); color: var(--bad); }
        .note.ok { background: var(--ok-tint); color: var(--ok); }
        .note p:last-child, .card p:last-child { margin-bottom: 0; }
        .consent { display: grid; gap: 1.25rem; }
        @media (min-width: 50rem) {
          main { padding-top: 2.5rem; }
          .consent { grid-template-columns: 17rem 1fr; gap: 1.5rem; align-items: start; }
          .people { grid-template-columns: 1fr 1fr; }
        }
        .asks { margin: 0; padding: .375rem 1.125rem; list-style: none; }
        .asks li { padding: .5rem 0 .5rem 1.5rem; position: relative; line-height: 1.4; }
        .asks li + li { border-top: 1px solid var(--line); }
        .asks li::before { content: ""; position: absolute; left: .125rem; top: .95rem; width: .5rem; height: .5rem; border-radius: 50%;
          background: #c98a00; }
        .asks li code { display: inline-block; color: var(--soft); font-size: .8125rem; }
        .people { display: grid; gap: .75rem; }
        button, .button { font: inherit; font-weight: 600; min-height: 2.75rem; padding: .5rem 1.125rem; border-radius: .625rem; cursor: pointer;
          border: 1px solid var(--edge); background: var(--paper); color: var(--ink); text-decoration: none; display: inline-block; }
        button:hover, .button:hover { background: var(--tint); }
        .go { background: var(--go); border-color: var(--go); color: var(--on-go); }
        .go:hover { background: var(--go); text-decoration: underline; }
        .person { display: grid; grid-template-columns: 3rem 1fr; gap: 0 .875rem; align-items: center; text-align: left; width: 100%;
          padding: .75rem .875rem; border-radius: .875rem; font-weight: 400; }
        .person:hover { border-color: var(--link); }
        .person.hinted { border: 2px solid var(--link); }
        .face { width: 3rem; height: 3rem; border-radius: 50%; display: grid; place-items: center; font-weight: 700; font-size: 1.125rem;
          color: #ffffff; background: var(--face, #5d5647); }
        .f0 { --face: #8a3b12; } .f1 { --face: #1d5c63; } .f2 { --face: #6b2d73; }
        .f3 { --face: #2f5d1e; } .f4 { --face: #912238; } .f5 { --face: #274c8f; }
        .who { min-width: 0; line-height: 1.35; }
        .name { font-weight: 600; margin-right: .25rem; }
        .handle { color: var(--soft); font-size: .9375rem; }
        .path { display: block; margin-top: .125rem; font-size: .9375rem; }
        .path::before { content: "→ " / ""; color: var(--soft); }
        .cancel { margin-top: 1rem; width: 100%; }
        .pin { font: 700 2.25rem/1.2 ui-monospace, Menlo, Consolas, monospace; letter-spacing: .15em; }
        label { display: block; font-weight: 600; font-size: .9375rem; margin-bottom: .25rem; }
        input[type=text], input[type=number], select { font: inherit; width: 100%; min-height: 2.75rem; padding: .375rem .625rem; color: var(--ink);
          background: var(--paper); border: 1px solid var(--edge); border-radius: .5rem; }
        ::placeholder { color: var(--soft); opacity: 1; }
        .check { display: flex; align-items: center; gap: .5rem; min-height: 2.75rem; margin: 0; font-weight: 400; }
        .check input { width: 1.375rem; height: 1.375rem; flex: none; accent-color: var(--go); }
        .row { display: grid; gap: .75rem; align-items: end; grid-template-columns: 1fr 1fr; }
        .row > .title, .row > .full, .row > button { grid-column: 1 / -1; }
        .row > * { min-width: 0; }
        .row .title { align-self: center; }
        @media (min-width: 46rem) {
          .row > .title, .row > .full, .row > button { grid-column: auto; }
          .row.fault { grid-template-columns: 12rem minmax(12rem, 1fr) 6.5rem 6.5rem auto; }
          .row.person-edit { grid-template-columns: 11rem 11rem minmax(10rem, 1fr) 9.5rem auto; }
        }
        .line { padding: 1rem 0; border-top: 1px solid var(--line); }
        .line:first-of-type { border-top: 0; padding-top: 0; }
        .checks { display: flex; flex-wrap: wrap; gap: 0 1.25rem; align-items: center; margin-top: .25rem; }
        .checks p { margin: 0; }
        .settings { margin-bottom: 1rem; }
        .on { color: var(--bad); font-weight: 600; font-size: .875rem; display: block; }
        summary { min-height: 2.75rem; padding: .625rem 0; cursor: pointer; font-weight: 600; }
        dl { display: grid; gap: .125rem .75rem; margin: 0 0 .5rem; }
        dt { color: var(--soft); font-size: .9375rem; }
        dd { margin: 0 0 .375rem; }
        @media (min-width: 46rem) { dl { grid-template-columns: 11rem 1fr; } }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-size: .9375rem; overflow-wrap: normal; }
        th, td { text-align: left; padding: .5rem .75rem .5rem 0; border-top: 1px solid var(--line); vertical-align: top; }
        th { color: var(--soft); font-weight: 600; border-top: 0; white-space: nowrap; }
        td.nowrap { white-space: nowrap; }
        .jump { display: flex; flex-wrap: wrap; gap: 0 1.25rem; margin: 0 0 1rem; padding: 0; list-style: none; }
        .jump a { display: inline-block; padding: .625rem 0; }
        @media (min-width: 50rem) { .handle { display: block; } }
        .actions { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: .5rem; }
        .hide { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
        @media (forced-colors: active) { .face, .person.hinted { border: 2px solid currentColor; } }
        """;
}

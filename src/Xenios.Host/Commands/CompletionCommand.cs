using System.CommandLine;

namespace Xenios.Host.Commands;

/// <summary><c>xenios completion</c>: scripts that let a shell complete commands. The program itself says what fits, by the <c>[suggest]</c> directive of its command line library.</summary>
internal static class CompletionCommand
{
    private const string Bash =
        """
        # xenios completion bash > /etc/bash_completion.d/xenios
        _xenios() {
          local IFS=$'\n'
          COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _xenios xenios

        """;

    private const string Zsh =
        """
        #compdef xenios
        # xenios completion zsh > "${fpath[1]}/_xenios"
        _xenios() {
          local -a typed found
          typed=(xenios "${(@)words[2,CURRENT-1]}" "$PREFIX")
          local line="${(j: :)typed}"
          found=(${(f)"$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)"})
          compadd -a found || _files
        }
        # The first Tab runs this file as the function itself.
        if [[ ${funcstack[1]} == _xenios ]]; then _xenios "$@"; else compdef _xenios xenios; fi

        """;

    private const string Fish =
        """
        # xenios completion fish > ~/.config/fish/completions/xenios.fish
        complete -c xenios -a '(set -l line (commandline -cp); xenios "[suggest:"(string length -- $line)"]" "$line" 2>/dev/null)'

        """;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish." }.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Print a script that completes commands. Example: xenios completion bash > /etc/bash_completion.d/xenios") { shell };
        command.SetAction(result => Console.Out.Write(result.GetValue(shell) switch { "bash" => Bash, "zsh" => Zsh, _ => Fish }));
        return command;
    }
}

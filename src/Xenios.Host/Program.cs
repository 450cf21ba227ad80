using System.CommandLine.Invocation;
using Xenios.Host.Commands;

var parsed = XeniosCommand.Create(args).Parse(args);
var status = await parsed.InvokeAsync();

// Wrong use is 2; the library itself says 1, which is a refusal here.
return parsed.Action is ParseErrorAction ? 2 : status;

using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using Xenios.Server.Audit;
using Xenios.Server.Environments;
using Xenios.Server.Management;
using Xenios.Server.Resources;
using Xenios.Server.Tests.Management.OpenApi;
using Xenios.Server.Users;

namespace Xenios.Server.Tests.Management;

/// <summary>Whatever an administrator can have done is done by some operation of the API (issue: what it must reach). What the handlers call is read from their compiled code.</summary>
public sealed class ReachableTests(OpenApiHost fixture) : IClassFixture<OpenApiHost>
{
    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    // What administration is made of besides the …Admin classes.
    private static readonly Type[] Others = [typeof(AuditLog), typeof(SignInQuery), typeof(KeyRotation), typeof(Applier), typeof(Exporter), typeof(UserImporter), typeof(UserExports), typeof(UserSearch)];

    // What no administrator asks for.
    private static readonly HashSet<string> NotOperations =
    [
        "Applier.EnsureDefaultAsync", // the start
        "AuditLog.SweepAsync", // the schedule
        "KeyRotation.TurnAsync", // the schedule
    ];

    [Fact]
    public void Every_method_of_administration_is_called_by_some_operation()
    {
        var reached = Reached(fixture.Endpoints.Select(endpoint => endpoint.Metadata.GetMetadata<MethodInfo>()!));
        var administration = typeof(Operation).Assembly.GetTypes().Where(type => type is { IsClass: true, IsNested: false } && type.Name.EndsWith("Admin", StringComparison.Ordinal)).ToList();
        Assert.True(administration.Count >= 5);

        // Methods of one name are one operation: some open its transaction, others take part in one.
        var missed = administration.Concat(Others)
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(method => !method.IsSpecialName && method.Name != nameof(ToString))
            .GroupBy(method => $"{method.DeclaringType!.Name}.{method.Name}", StringComparer.Ordinal)
            .Where(name => !name.Any(method => reached.Contains((method.Module, method.MetadataToken))))
            .Select(name => name.Key);
        Assert.Equal(NotOperations.Order(StringComparer.Ordinal), missed.Order(StringComparer.Ordinal));
    }

    private static HashSet<(Module, int)> Reached(IEnumerable<MethodBase> from)
    {
        var (reached, waiting) = (new HashSet<(Module, int)>(), new Queue<MethodBase>(from));
        while (waiting.TryDequeue(out var method))
        {
            if (method.Module.Assembly != typeof(Operation).Assembly || !reached.Add((method.Module, method.MetadataToken)))
            {
                continue;
            }

            // Of an asynchronous method the code stands in a class of its own.
            if (method.GetCustomAttribute<StateMachineAttribute>() is { } machine)
            {
                waiting.Enqueue(machine.StateMachineType.GetMethod("MoveNext", BindingFlags.NonPublic | BindingFlags.Instance)!);
            }

            foreach (var called in Calls(method))
            {
                waiting.Enqueue(called);
            }
        }

        return reached;
    }

    private static IEnumerable<MethodBase> Calls(MethodBase method)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        var (ofType, ofMethod) = (method.DeclaringType?.GetGenericArguments(), method.IsGenericMethod ? method.GetGenericArguments() : null);
        for (var at = 0; at < code.Length;)
        {
            var value = code[at] == 0xFE ? (short)((code[at] << 8) | code[at + 1]) : code[at];
            var opcode = OpCodesByValue[value];
            at += opcode.Size;
            if (opcode.OperandType == OperandType.InlineMethod && method.Module.ResolveMethod(BitConverter.ToInt32(code, at), ofType, ofMethod) is { } called)
            {
                yield return called;
            }

            at += opcode.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }
}

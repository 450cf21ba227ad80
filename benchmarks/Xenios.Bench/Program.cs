using System.Globalization;
using Xenios.Bench;

// Children of this program: a floor in a process of its own.
if (args is ["floor", var what, var where, var ms])
{
    Floors.Measure(what, where, TimeSpan.FromMilliseconds(double.Parse(ms, CultureInfo.InvariantCulture)));
    return 0;
}

if (args is ["kestrel", var at])
{
    Floors.Serve(int.Parse(at, CultureInfo.InvariantCulture));
    return 0;
}

var options = Options.Read(args);
if (options is null)
{
    Console.Error.WriteLine("usage: xenios-bench --server PATH --output FILE [--postgres CONNECTION] [--seconds N] [--users N] [--only abcdef] [--against PATH] [--hold] [--scale [--people N] [--imported N]]");
    return 2;
}

if (options.Scale)
{
    Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(options.Output))!);
    var text = await new Scale(options).DoAsync();
    await File.WriteAllTextAsync(options.Output, text);
    Console.WriteLine(text[..text.IndexOf("# Plans", StringComparison.Ordinal)]);
    return 0;
}

if (options.Against is { } against)
{
    Console.WriteLine(await new Pair(options, against).DoAsync());
    return 0;
}

var report = await new Run(options).DoAsync();
Console.WriteLine(report.ToTable());
Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(options.Output))!);
await File.WriteAllTextAsync(options.Output, report.ToJson());
await File.WriteAllTextAsync(Path.ChangeExtension(options.Output, ".md"), report.ToTable());
return 0;

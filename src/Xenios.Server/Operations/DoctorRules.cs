using System.Globalization;
using Xenios.Sdk;
using Xenios.Server.Audit;
using Xenios.Server.Environments;

namespace Xenios.Server.Operations;

/// <summary>What a measured fact means: the pure half of the doctor. Every code is one of docs/errors.md.</summary>
internal static class DoctorRules
{
    // X's code lives 30 seconds, and a second of a clock is lost in a Date header.
    private const double ClockWarning = 5;
    private const double ClockError = 30;

    private const long Gigabyte = 1024 * 1024 * 1024;

    private static readonly TimeSpan KeyAge = TimeSpan.FromDays(90);

    /// <summary>All is well.</summary>
    /// <param name="check">What was looked at.</param>
    /// <param name="message">What was found.</param>
    public static DoctorFinding Ok(string check, string message) => new() { Check = check, Status = FindingStatus.Ok, Message = message };

    /// <summary>Something is not as it should be; what to do says the catalogue.</summary>
    /// <param name="check">What was looked at.</param>
    /// <param name="status">How bad it is.</param>
    /// <param name="code">Its code.</param>
    /// <param name="message">What was found.</param>
    public static DoctorFinding Found(string check, FindingStatus status, string code, string message) =>
        new() { Check = check, Status = status, Code = code, Message = message, Remedy = ErrorCatalogue.Find(code).Remedy };

    /// <summary>The disk of the data folder (A-05).</summary>
    /// <param name="free">Octets that are free.</param>
    /// <param name="total">Octets in all; more than 0.</param>
    public static DoctorFinding Disk(long free, long total)
    {
        // A twentieth of a large disk is plenty.
        var isTight = free < total / 20 && free < 10 * Gigabyte;
        var text = string.Create(CultureInfo.InvariantCulture, $"{100 - (free * 100.0 / total):0} % full, {free / (double)Gigabyte:0.0} GB free");
        return isTight ? Found("disk", free < Gigabyte / 8 ? FindingStatus.Error : FindingStatus.Warning, "A-05", text) : Ok("disk", text);
    }

    /// <summary>The difference between two clocks (A-08).</summary>
    /// <param name="offset">Ours minus the other.</param>
    /// <param name="host">Whose clock the other is.</param>
    public static DoctorFinding Clock(TimeSpan offset, string host)
    {
        var seconds = Math.Abs(offset.TotalSeconds);
        var text = string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s {(offset > TimeSpan.Zero ? "ahead of" : "behind")} {host}");
        return seconds <= ClockWarning ? Ok("clock", string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s off, compared with {host}"))
            : Found("clock", seconds > ClockError ? FindingStatus.Error : FindingStatus.Warning, "A-08", text);
    }

    /// <summary>The keys that sign (A-09).</summary>
    /// <param name="keys">Every key of the environment.</param>
    /// <param name="schedule">When they should change.</param>
    /// <param name="now">The present.</param>
    public static DoctorFinding Keys(IReadOnlyList<KeyRecord> keys, KeySchedule schedule, DateTimeOffset now)
    {
        var oldest = keys.Where(key => key.State == KeyState.Active).OrderBy(key => key.Since).First();
        var (days, end) = ((int)(now - oldest.Since).TotalDays, schedule.EndOf(oldest, keys));

        // Where the environment lets keys live longer that is its wish; where one should have changed a day ago, nothing changes them.
        var isTooOld = now - oldest.Since > KeyAge && (end is null || now > end + TimeSpan.FromDays(1));
        var text = $"the oldest signing key is {days} days old{(end is { } at ? $", the next one takes over on {at:yyyy-MM-dd}" : ", and is changed by command only")}";
        return isTooOld ? Found("keys", FindingStatus.Warning, "A-09", text) : Ok("keys", text);
    }
}

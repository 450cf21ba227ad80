namespace Xenios.XSandbox.People;

/// <summary>The X accounts that exist. Handles are unique at a time and free again after a change, as at X.</summary>
internal sealed class PersonDirectory
{
    private const int Capacity = 1000;

    private readonly Lock _gate = new();
    private readonly string _knownEmail;
    private readonly List<Person> _people;

    public PersonDirectory(XSandboxOptions options)
    {
        _knownEmail = options.KnownEmail;
        _people = [.. BuiltInPeople.Create(_knownEmail)];
    }

    public IReadOnlyList<Person> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _people];
            }
        }
    }

    public Person? Find(string? key)
    {
        lock (_gate)
        {
            return _people.Find(person => person.Key.Equals(key, StringComparison.Ordinal));
        }
    }

    /// <summary>Adds a person, or says why not.</summary>
    public string? Add(Person person)
    {
        lock (_gate)
        {
            if (_people.Count >= Capacity)
            {
                return "There are too many people already.";
            }

            if (_people.Exists(p => p.Key.Equals(person.Key, StringComparison.Ordinal) || p.Id.Equals(person.Id, StringComparison.Ordinal)))
            {
                return "There is a person with this key or id already.";
            }

            if (IsTaken(person))
            {
                return "Somebody else has this username.";
            }

            _people.Add(person);
            return null;
        }
    }

    /// <summary>Changes a person, or says why not; a change of the handle remembers the old one.</summary>
    public string? Update(string key, Func<Person, Person> change, out Person? changed)
    {
        lock (_gate)
        {
            changed = null;
            var index = _people.FindIndex(person => person.Key.Equals(key, StringComparison.Ordinal));
            if (index < 0)
            {
                return "There is no such person.";
            }

            var (before, after) = (_people[index], change(_people[index]));
            if (IsTaken(after))
            {
                return "Somebody else has this username.";
            }

            if (!before.Username.Equals(after.Username, StringComparison.Ordinal))
            {
                after = after with { PreviousUsername = before.Username };
            }

            _people[index] = changed = after;
            return null;
        }
    }

    public void Reset()
    {
        lock (_gate)
        {
            _people.Clear();
            _people.AddRange(BuiltInPeople.Create(_knownEmail));
        }
    }

    /// <summary>What choosing this person will show, in a few words for the consent page.</summary>
    public string Describe(Person person) => person switch
    {
        { Suspended: true } => "suspended",
        { Locked: true } => "locked",
        { Refuses: true } => "says no",
        { ConfirmedEmail: { } email } when email.Equals(_knownEmail, StringComparison.OrdinalIgnoreCase) => "same e-mail as an existing account",
        { PreviousUsername: not null } => "handle just changed",
        { EmailState: EmailState.Confirmed } => "has an e-mail",
        { EmailState: EmailState.Unconfirmed } => "e-mail not confirmed",
        _ => "no e-mail",
    };

    private bool IsTaken(Person person) => _people.Exists(other =>
        !other.Key.Equals(person.Key, StringComparison.Ordinal) && other.Username.Equals(person.Username, StringComparison.OrdinalIgnoreCase));
}

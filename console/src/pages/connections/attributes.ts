import type { components } from '../../api/schema';

/** One external attribute carried over to a local one. */
export type Mapping = components['schemas']['AttributeMappingResource'];

/** What is mapped while a connection names nothing. */
export const usualMappings: Mapping[] = [
  { external: 'name', local: 'name', provision: true },
  { external: 'username', local: 'preferred_username', provision: true },
  { external: 'profile_image_url', local: 'picture', provision: true },
];

/** What X says about a person (x-platform §4). */
export const externals = ['id', 'name', 'username', 'profile_image_url', 'verified', 'verified_type', 'created_at', 'protected', 'url', 'location', 'description'];

/** The standard local attributes with their types (OpenID Connect Core §5.1). */
export const locals: Record<string, string> = {
  name: 'text',
  given_name: 'text',
  family_name: 'text',
  middle_name: 'text',
  nickname: 'text',
  preferred_username: 'text',
  profile: 'url',
  picture: 'url',
  website: 'url',
  gender: 'text',
  birthdate: 'date',
  zoneinfo: 'text',
  locale: 'text',
};

/** People of the X sandbox with what X would say about them. */
export const samples: Record<string, Record<string, string>> = {
  ada: {
    id: '1846092417305964545',
    name: 'Ada Byström',
    username: 'ada_bystrom',
    profile_image_url: 'https://pbs.twimg.com/profile_images/1846093011245383680/aDa7Kq2x_normal.jpg',
    verified: 'true',
    verified_type: 'blue',
    protected: 'false',
    url: 'https://t.co/aDaByS7rOm',
    location: 'Göteborg',
    description: 'Mountains, engines, notes on both.',
  },
  ben: {
    id: '1590237764812341248',
    name: 'Ben Okafor',
    username: 'benokafor',
    profile_image_url: 'https://abs.twimg.com/sticky/default_profile_images/default_profile_normal.png',
    verified: 'false',
    verified_type: 'none',
    protected: 'false',
  },
};

/** What a mapping brings for a person: a value that is not of the local attribute's type is not stored, a default steps in where nothing is sent. */
export function brought(mapping: Mapping, person: Record<string, string>, types: Record<string, string>): string | undefined {
  const type = types[mapping.local] ?? 'text';
  const sent = person[mapping.external];
  return [sent, mapping.default].find((value) => value !== undefined && value !== '' && isValue(type, value));
}

/** The mappings that count: the display name is always among them. */
export function withName(mappings: Mapping[]): Mapping[] {
  const [name] = usualMappings;
  return name === undefined || mappings.some((mapping) => mapping.local === 'name') ? mappings : [name, ...mappings];
}

function isValue(type: string, value: string): boolean {
  switch (type) {
    case 'url':
      return URL.canParse(value) && /^https?:/.test(value);
    case 'date':
      return /^\d{4}(-\d\d-\d\d)?$/.test(value);
    case 'number':
      return /^-?\d{1,15}$/.test(value);
    case 'boolean':
      return value === 'true' || value === 'false';
    default:
      return true;
  }
}

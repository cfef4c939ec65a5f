/** The programme of an invented cinema. */
export interface Film {
  id: string
  title: string
  poster: string
  /** Minutes. */
  length: number
  genre: string
  rating: string
  line: string
  /** Hours and minutes of the day, local time. */
  times: readonly string[]
  opening?: true
}

export const films: readonly Film[] = [
  {
    id: 'lighthouse',
    title: 'The Lighthouse Keeper’s Daughter',
    poster: 'lighthouse.svg',
    length: 124,
    genre: 'Drama',
    rating: '12',
    line: 'For thirty years the light has never gone out. Tonight somebody has to decide whether it should.',
    times: ['17:45', '20:30', '22:15'],
    opening: true,
  },
  {
    id: 'neptune',
    title: 'Nine Minutes to Neptune',
    poster: 'neptune.svg',
    length: 139,
    genre: 'Science fiction',
    rating: '12',
    line: 'The fastest ship ever built has one seat, no brakes and a stowaway.',
    times: ['16:00', '19:15', '22:00'],
  },
  {
    id: 'oranges',
    title: 'A Small Theft of Oranges',
    poster: 'oranges.svg',
    length: 97,
    genre: 'Comedy',
    rating: 'All',
    line: 'Three retired customs officers, eleven crates, and the worst plan in Valencia.',
    times: ['15:30', '18:00', '20:00'],
  },
  {
    id: 'saltwater',
    title: 'Saltwater Hymn',
    poster: 'saltwater.svg',
    length: 112,
    genre: 'Music',
    rating: 'All',
    line: 'A village choir sails out to sing for a ship that nobody else can hear.',
    times: ['17:00', '19:45'],
  },
]

/** "2 h 04 min" */
export const lengthText = (minutes: number): string => `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`

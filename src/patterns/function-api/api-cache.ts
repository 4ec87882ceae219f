/**
 * A cache of an API's stage. It costs by the hour; routes use it that say `cacheTtl`.
 */
export interface ApiCache {
  /**
   * Memory of the cache.
   *
   * @see https://aws.amazon.com/api-gateway/pricing/
   */
  readonly size: ApiCacheSize;

  /**
   * Whether cached answers are encrypted at rest.
   *
   * @default true
   */
  readonly encrypted?: boolean;
}

/**
 * Sizes of an API's cache.
 */
export enum ApiCacheSize {
  /** 0.5 GB */
  GB_0_5 = '0.5',
  /** 1.6 GB */
  GB_1_6 = '1.6',
  /** 6.1 GB */
  GB_6_1 = '6.1',
  /** 13.5 GB */
  GB_13_5 = '13.5',
  /** 28.4 GB */
  GB_28_4 = '28.4',
  /** 58.2 GB */
  GB_58_2 = '58.2',
  /** 118 GB */
  GB_118 = '118',
  /** 237 GB */
  GB_237 = '237',
}

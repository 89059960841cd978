import type { ManualPage } from '../../manual/page';
import { manualFrom } from './manualFrom';

export const manual = manualFrom(import.meta.glob<ManualPage>('../../../../docs/user/en/*.md', { eager: true, import: 'default' }));

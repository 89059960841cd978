// The API's own words, from /openapi.json by way of schema.d.ts.
import type { components } from './schema';

type Schemas = components['schemas'];

export type Deployment = Schemas['Deployment'];
export type DeploymentStatus = Schemas['Status'];
export type Phase = DeploymentStatus['phase'];
export type Writable = Partial<Schemas['Writable']>;
export type NewDeployment = Writable & { name: string; image: string; id?: string; group?: string };
export type DryRun = Omit<Schemas['DryRun'], 'quota'> & {
  quota: { limits: Quota; before: GroupUsage; after: GroupUsage };
};
export type Change = Schemas['Change'];
export type Replica = Schemas['Replica'];
export type DeploymentEvent = Schemas['Event'];
export type Revision = Schemas['Revision'];
export type RevisionDiff = Schemas['RevisionDiff'];
export type HistoryEntry = Schemas['HistoryEntry'];
export type IdProposal = Schemas['IdProposal'];
export type LogLine = Schemas['LogLine'];
export type Client = Schemas['Client'];
export type IssuedClient = Client & { token: string };
export type Group = Schemas['Group'];
export type GroupDetail = Schemas['GroupDetail'];
export type GroupUsage = GroupDetail['usage'];
export type Quota = Schemas['Quota'];
export type InstanceType = Schemas['InstanceType'];
export type PullSecret = Schemas['PullSecret'];
export type User = Schemas['User'];
export type AuditEntry = Schemas['AuditEntry'];
export type Token = Schemas['Token'];
export type IssuedToken = Token & { token: string };
export type Session = Schemas['Session'];
export type Me = Schemas['Me'];
export type SignInProvider = Schemas['SignInProvider'];
export type SystemReport = Schemas['System'];
export type Webhook = Schemas['Webhook'];
export type IssuedWebhook = Webhook & { secret: string };
export type NoticeType = Schemas['NoticeType'];
export type Delivery = Schemas['WebhookDelivery'];
export type Problem = Schemas['Problem'];

export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

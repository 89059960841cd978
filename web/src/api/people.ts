// Calls about sessions, users, groups and what administrators set.
import { http } from './http';
import type {
  AuditEntry, Group, GroupDetail, InstanceType, IssuedToken, Me, Page, PullSecret, Quota, Session, SignInProvider,
  Token, User,
} from './types';

const seg = encodeURIComponent;

export const session = {
  get: () => http.get<Session>('/session'),
  signIn: (user: string, password: string) => http.post<Session>('/session', { user, password, cookie: true }),
  signOut: () => http.remove('/session'),
  providers: () => http.get<Page<SignInProvider>>('/session/providers').then((page) => page.items),
  me: () => http.get<Me>('/me'),
  changePassword: (old_password: string, new_password: string) =>
    http.post<Session>('/me/password', { old_password, new_password }),
};

export const tokens = {
  list: () => listOf<Token>('/tokens'),
  create: (body: { name: string; scope: 'read' | 'write'; lifetime_seconds?: number }) =>
    http.post<IssuedToken>('/tokens', body),
  revoke: (id: string) => http.remove(`/tokens/${seg(id)}`),
};

// Lists that are not paged take no limit.
function listOf<Item>(path: string, query?: Record<string, string | undefined>): Promise<Item[]> {
  return http.get<Page<Item>>(path, query).then((page) => page.items);
}

export interface GroupSettings {
  display_name?: string;
  deployment_enabled?: boolean;
  quota?: Quota;
  default_instance_type?: string;
}

export const groups = {
  list: () => listOf<Group>('/groups'),
  get: (name: string) => http.get<GroupDetail>(`/groups/${seg(name)}`),
  create: (body: GroupSettings & { name: string }) => http.post<Group>('/groups', body),
  update: (name: string, body: GroupSettings) => http.patch<Group>(`/groups/${seg(name)}`, body),
  remove: (name: string) => http.remove(`/groups/${seg(name)}`),
  putMember: (group: string, user: string, admin: boolean) =>
    http.put(`/groups/${seg(group)}/members/${seg(user)}`, { admin }),
  removeMember: (group: string, user: string) => http.remove(`/groups/${seg(group)}/members/${seg(user)}`),
};

export const instanceTypes = {
  list: (group?: string) => listOf<InstanceType>('/instance-types', { group }),
  create: (body: Partial<InstanceType>) => http.post<InstanceType>('/instance-types', body),
  update: (name: string, body: Partial<InstanceType>) => http.patch<InstanceType>(`/instance-types/${seg(name)}`, body),
  remove: (name: string) => http.remove(`/instance-types/${seg(name)}`),
};

export const users = {
  list: () => listOf<User>('/users'),
  create: (body: { name: string; display_name?: string; email?: string; admin?: boolean }) =>
    http.post<User & { generated_password?: string }>('/users', body),
  update: (name: string, body: { display_name?: string; email?: string; admin?: boolean; disabled?: boolean }) =>
    http.patch<User>(`/users/${seg(name)}`, body),
  remove: (name: string) => http.remove(`/users/${seg(name)}`),
  resetPassword: (name: string) =>
    http.post<User & { generated_password?: string }>(`/users/${seg(name)}/reset-password`),
};

export interface NewSecret {
  group: string | null;
  name: string;
  registry: string;
  user: string;
  password: string;
}

export const secrets = {
  list: () => listOf<PullSecret>('/secrets'),
  create: (body: NewSecret) => http.post<PullSecret>('/secrets', body),
  remove: (group: string | null, name: string) => http.remove(`/secrets/${seg(group ?? '-')}/${seg(name)}`),
};

export const audit = {
  page: (query: Record<string, string | undefined>, cursor?: string) =>
    http.get<Page<AuditEntry>>('/audit', { ...query, limit: 100, cursor }),
};

/** Clauses that demand logging, in own words, with the fields that live data must carry. Source: the standards named. */
export const OBLIGATION_SEEDS = [
  {
    id: 'iso-27001-a.8.15',
    standard: 'ISO 27001:2022',
    clause: 'A.8.15',
    text: 'Activities, exceptions and faults are logged, and the logs are kept and looked at.',
    fields: ['user', 'time', 'action'],
  },
  {
    id: 'iso-27001-a.8.16',
    standard: 'ISO 27001:2022',
    clause: 'A.8.16',
    text: 'Networks, systems and applications are watched for behaviour out of the ordinary.',
    fields: ['src_ip', 'action'],
  },
  {
    id: 'nis2-3.2.3',
    standard: 'NIS2 (EU) 2024/2690',
    clause: '3.2.3',
    text: 'Logs hold access, authentication, privileged use, account and configuration changes.',
    fields: ['user', 'action', 'outcome'],
  },
  {
    id: 'pci-10.2.1',
    standard: 'PCI DSS 4.0.1',
    clause: '10.2.1',
    text: 'Every system in scope writes an audit trail, and it arrives.',
    fields: [],
  },
  {
    id: 'pci-10.2.2',
    standard: 'PCI DSS 4.0.1',
    clause: '10.2.2',
    text: 'Each entry says who, what kind, when, success or failure, from where, and on what.',
    fields: ['user', 'action', 'time', 'outcome', 'src_ip', 'object'],
  },
  {
    id: 'soc2-cc7.2',
    standard: 'SOC 2',
    clause: 'CC7.2',
    text: 'System components are watched for anomalies that point to malicious acts.',
    fields: ['user', 'action'],
  },
] as const

/** Standards that the template knows. */
export const STANDARDS = ['iso-27001', 'nis2', 'pci-dss', 'soc2'] as const
